/** Saves a draft, one save after another, and tells when somebody else saved it meanwhile. */
import { ApiError, api, type RecipeDraft } from "../api.ts";
import { draftQuery, queryClient } from "../queries.ts";

/** How a draft stands to the server. */
export type DraftState =
  | { readonly kind: "clean" }
  | { readonly kind: "saving" }
  | { readonly kind: "saved"; readonly at: string }
  | { readonly kind: "failed"; readonly error: Error }
  /** Somebody else saved it meanwhile. */
  | { readonly kind: "conflict"; readonly message: string };

/** The saver of one draft. */
export class DraftSaver {
  readonly #id: string;
  readonly #listeners = new Set<() => void>();
  #revision: number;
  /** What the server has. */
  #stored: string;
  #saving: Promise<void> | undefined;
  #held = false;
  #state: DraftState;
  /** What stands in the editor. */
  #written: string;

  constructor(id: string, draft: RecipeDraft | null, saved: string) {
    this.#id = id;
    this.#revision = draft?.revision ?? 0;
    this.#stored = draft?.source ?? saved;
    this.#written = this.#stored;
    this.#state = draft ? { kind: "saved", at: draft.savedAt } : { kind: "clean" };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): DraftState => this.#state;

  /** Minds what stands in the editor. */
  write(text: string): void {
    this.#written = text;
  }

  /** Whether nothing is to be saved, or nothing can be. */
  get settled(): boolean {
    return this.#written === this.#stored || this.#state.kind === "conflict";
  }

  #become(state: DraftState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  async save(): Promise<void> {
    if (this.#saving || this.#held || this.settled) return;
    this.#saving = this.#saveAll();
    await this.#saving;
  }

  /** Lets what is being saved end, and begins nothing: the draft is about to become a version, or to be thrown away. */
  async hold(): Promise<void> {
    this.#held = true;
    await this.#saving;
  }

  /** The draft stays after all. */
  goOn(): void {
    this.#held = false;
    void this.save();
  }

  async #saveAll(): Promise<void> {
    this.#become({ kind: "saving" });
    try {
      // What is written while it is saved is saved next.
      while (this.#written !== this.#stored && !this.#held) {
        const source = this.#written;
        const draft = await api<RecipeDraft>("PUT", `/recipes/${this.#id}/draft`, {
          source,
          revision: this.#revision,
        });
        this.#revision = draft.revision;
        this.#stored = source;
        queryClient.setQueryData(draftQuery(this.#id).queryKey, draft);
        this.#become({ kind: "saved", at: draft.savedAt });
      }
    } catch (error) {
      if (error instanceof ApiError && error.code === "draft-changed")
        this.#become({ kind: "conflict", message: error.message });
      else this.#become({ kind: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    } finally {
      this.#saving = undefined;
    }
  }

  /** Takes what somebody else saved, when nothing here is unsaved; says whether it is news. */
  take(draft: RecipeDraft): boolean {
    if (draft.revision <= this.#revision || this.#saving || this.#written !== this.#stored) return false;
    const news = draft.source !== this.#stored;
    this.#adopt(draft, draft.source);
    return news;
  }

  #adopt(draft: RecipeDraft | null, text: string): void {
    this.#revision = draft?.revision ?? 0;
    this.#stored = text;
    this.#written = text;
    this.#become(draft ? { kind: "saved", at: draft.savedAt } : { kind: "clean" });
  }

  async #read(): Promise<RecipeDraft | null> {
    return (await api<{ draft: RecipeDraft | null }>("GET", `/recipes/${this.#id}/draft`)).draft;
  }

  /** Forgets what is here; gives what is there. */
  async takeTheirs(saved: string): Promise<string> {
    const draft = await this.#read();
    this.#adopt(draft, draft?.source ?? saved);
    return this.#stored;
  }

  /** Saves what is here over what somebody else saved. */
  async keepMine(): Promise<void> {
    const draft = await this.#read();
    this.#revision = draft?.revision ?? 0;
    this.#stored = draft?.source ?? "";
    this.#become({ kind: "saving" });
    await this.save();
  }

  /** The draft became a version, or was thrown away. */
  reset(text: string): void {
    this.#held = false;
    this.#adopt(null, text);
  }
}
