/** A job as the API shows it, as far as the demo looks. */
export interface Job {
  readonly id: string;
  readonly recipeId: string;
  readonly state: string;
  readonly reason?: string;
  readonly error?: { readonly message: string };
  readonly durationMs?: number;
}
