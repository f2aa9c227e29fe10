/** How good picture and sound were: made up, and always the same for the same stay. */
import type { Participant } from "../../people/session-rows.ts";

/** Zoom's grades. */
export type Grade = "good" | "fair" | "poor" | "bad";

/** A number from 0 to below 1 that follows from a text. */
function chance(text: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  return (hash >>> 0) / 4_294_967_296;
}

/** The grade of one medium of a stay. */
export function gradeOf({ key }: Pick<Participant, "key">, medium: string): Grade {
  const drawn = chance(`${key} ${medium}`);
  if (drawn < 0.9) return "good";
  if (drawn < 0.96) return "fair";
  return drawn < 0.99 ? "poor" : "bad";
}

/** The worst of several. */
export function worst(grades: readonly Grade[]): Grade {
  return (["bad", "poor", "fair"] as const).find((grade) => grades.includes(grade)) ?? "good";
}

const MINUTE_MS = 60_000;
const MOST_POINTS = 30;

/** A measurement a minute, at most thirty, as the quality-of-service lists have them. */
export function measurements(stay: Participant, end: string): object[] {
  const startMs = Date.parse(stay.join_time);
  const minutes = Math.max(1, Math.floor((Date.parse(stay.leave_time ?? end) - startMs) / MINUTE_MS));
  return Array.from({ length: Math.min(minutes, MOST_POINTS) }, (_, minute) => {
    const flow = (medium: string, bitrate: number) => {
      const drawn = chance(`${stay.key} ${medium} ${minute}`);
      return {
        ...{
          bitrate: `${(bitrate * (0.8 + drawn * 0.4)).toFixed(2)} kbps`,
          latency: `${Math.round(20 + drawn * 80)} ms`,
        },
        ...{
          jitter: `${Math.round(drawn * 20)} ms`,
          avg_loss: `${(drawn * 2).toFixed(1)} %`,
          max_loss: `${(drawn * 4).toFixed(1)} %`,
        },
      };
    };
    const picture = (medium: string) => ({
      ...flow(medium, 600),
      resolution: "1280*720",
      frame_rate: "25 fps",
    });
    const cpu = Math.round(10 + chance(`${stay.key} cpu ${minute}`) * 30);
    return {
      date_time: `${new Date(startMs + minute * MINUTE_MS).toISOString().slice(0, 19)}Z`,
      ...{ audio_input: flow("audio in", 60), audio_output: flow("audio out", 60) },
      ...(stay.camera_on && { video_input: picture("video in") }),
      video_output: picture("video out"),
      cpu_usage: {
        ...{
          zoom_min_cpu_usage: `${cpu - 5} %`,
          zoom_avg_cpu_usage: `${cpu} %`,
          zoom_max_cpu_usage: `${cpu + 10} %`,
        },
        system_max_cpu_usage: `${cpu + 25} %`,
      },
    };
  });
}
