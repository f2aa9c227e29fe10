/** Tells how far a step is with a file: it stands in the step's output until the step has one of its own. */
import type { OpenedFile } from "@greenroom/connector-kit";
import type { Clock } from "../clock.ts";

/** How much of a file a step has read. */
interface FileProgress {
  readonly done: number;
  /** Absent where the service does not say how big the file is. */
  readonly total?: number;
  readonly unit: "bytes";
}

/** People need no more than this. */
const progressEveryMs = 1_000;

/** The file, with word of how much of it has passed. */
export function counted(
  opened: OpenedFile,
  from: number,
  clock: Clock,
  tell: (progress: FileProgress) => void,
): OpenedFile {
  let done = from;
  let toldAtMs = clock.now().getTime();
  const total = opened.size === undefined ? {} : { total: opened.size };
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      done += chunk.length;
      controller.enqueue(chunk);
      const nowMs = clock.now().getTime();
      if (nowMs - toldAtMs < progressEveryMs) return;
      toldAtMs = nowMs;
      tell({ done, ...total, unit: "bytes" });
    },
  });
  return { ...opened, body: opened.body.pipeThrough(count) };
}
