import { notifications } from "@mantine/notifications";
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { ApiError } from "../api.ts";
import { mayReadAgain, queryClient } from "../queries.ts";

const lasting = new Set<unknown>(["catalogue", "pick-list", "evaluate", "formulas"]);

/** Something that changes the server; a refusal is shown, and all that is on screen is read again afterwards. */
export function useAction<Input, Output>(
  run: (input: Input) => Promise<Output>,
  options: { readonly onDone?: (output: Output) => void; readonly quiet?: boolean } = {},
): UseMutationResult<Output, Error, Input> {
  return useMutation({
    mutationFn: run,
    onSuccess: options.onDone,
    onError(error) {
      if (options.quiet) return;
      const hint = error instanceof ApiError ? error.hint : undefined;
      notifications.show({ color: "red", title: error.message, message: hint ?? "", autoClose: 10_000 });
    },
    // What only a new release changes is kept.
    onSettled: () =>
      queryClient.invalidateQueries({
        predicate: (query) => !lasting.has(query.queryKey[0]) && mayReadAgain(query),
      }),
  });
}
