import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { RecipeDraft } from "../api.ts";
import { draftQuery } from "../queries.ts";
import { DraftSaver, type DraftState } from "./draft-saver.ts";
import type { RecipeText } from "./use-recipe-text.ts";

/** The autosave of a draft. */
export interface DraftSaving {
  readonly state: DraftState;
  /** Takes what somebody else saved, in place of what is here. */
  takeTheirs(): Promise<void>;
  /** Saves what is here over what somebody else saved. */
  keepMine(): Promise<void>;
  /** Before the draft becomes a version, or is thrown away: resolves when nothing of it is being saved. */
  hold(): Promise<void>;
  /** The draft stays after all. */
  goOn(): void;
  /** After the draft became a version, or was thrown away. */
  reset(text: string): void;
}

const settleMs = 800;
/** How soon who only reads sees what another writes. */
const lookEveryMs = 5_000;

/** Saves what is written as a draft, and minds what others write. */
export function useDraft(
  id: string,
  text: RecipeText,
  initial: RecipeDraft | null,
  saved: string,
  readOnly: boolean,
): DraftSaving {
  const [saver] = useState(() => new DraftSaver(id, initial, saved));
  const state = useSyncExternalStore(saver.subscribe, saver.state);
  const { load } = text;

  useEffect(() => {
    saver.write(text.text);
    if (readOnly || saver.settled) return undefined;
    const timer = setTimeout(() => void saver.save(), settleMs);
    return () => clearTimeout(timer);
  }, [saver, text.text, readOnly]);

  const theirs = useQuery({ ...draftQuery(id), refetchInterval: lookEveryMs, staleTime: 0 });
  useEffect(() => {
    // Who has written nothing since sees what the other wrote; who has is asked when it is saved.
    const news = theirs.data && saver.take(theirs.data);
    if (news) load(theirs.data?.source ?? "");
  }, [saver, theirs.data, load]);

  return {
    state,
    takeTheirs: async () => load(await saver.takeTheirs(saved)),
    keepMine: () => saver.keepMine(),
    hold: () => saver.hold(),
    goOn: () => saver.goOn(),
    reset: (now) => saver.reset(now),
  };
}
