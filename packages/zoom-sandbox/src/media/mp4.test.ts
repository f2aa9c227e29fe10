import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mp3 } from "./mp3.ts";
import { m4a, m4aSize, mp4, mp4Size } from "./mp4.ts";
import type { VirtualFile } from "./virtual-file.ts";

const whole = (file: VirtualFile): Buffer => Buffer.concat([...file.read(0, file.size)]);

/** The boxes of a file at one level: name and content. */
function boxes(bytes: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    found.set(bytes.toString("latin1", at + 4, at + 8), bytes.subarray(at + 8, at + size));
    at += size;
  }
  return found;
}

test("a video is MP4 with its index first, as long as it was asked for, and its frames are H.264", () => {
  const bytes = whole(mp4({ seconds: 90 }));
  const top = boxes(bytes);
  expect([...top.keys()]).toEqual(["ftyp", "moov", "mdat"]);
  const moov = boxes(top.get("moov") ?? Buffer.alloc(0));
  const header = moov.get("mvhd") ?? Buffer.alloc(0);
  expect(header.readUInt32BE(16) / header.readUInt32BE(12)).toBe(90);
  const data = top.get("mdat") ?? Buffer.alloc(0);
  const kinds: number[] = [];
  for (let at = 0; kinds.length < 90; at += 4 + data.readUInt32BE(at)) kinds.push((data[at + 4] ?? 0) & 0x1f);
  expect(kinds.filter((kind) => kind === 5).length, "a key frame a minute").toBe(2);
  expect(kinds.filter((kind) => kind === 1).length).toBe(88);
});

test("sound alone is M4A with AAC frames as long as the recording", () => {
  const top = boxes(whole(m4a({ seconds: 10 })));
  expect(top.get("ftyp")?.toString("latin1", 0, 4)).toBe("M4A ");
  expect(top.get("mdat")?.length).toBe(Math.ceil((10 * 8_000) / 1_024) * 4);
});

test("a file is filled up to the size that was asked for, and any part of it is read alone", () => {
  const file = mp4({ seconds: 61, sizeBytes: 2_000_001 });
  const bytes = whole(file);
  expect([file.size, bytes.length]).toEqual([2_000_001, 2_000_001]);
  expect([...boxes(bytes).keys()].at(-1)).toBe("free");
  for (const [from, to] of [
    [0, 1],
    [1_000, 200_000],
    [1_999_990, 2_000_001],
  ] as const) {
    expect(Buffer.concat([...file.read(from, to)]).equals(bytes.subarray(from, to))).toBe(true);
  }
});

test("the size of a video and of sound alone is known before they are made", () => {
  for (const seconds of [1, 2, 59, 60, 61, 119, 120, 121, 1_799, 3_600])
    expect([seconds, mp4Size(seconds), m4aSize(seconds)]).toEqual([
      seconds,
      mp4({ seconds }).size,
      m4a({ seconds }).size,
    ]);
});

test("five gigabytes take no memory until they are read", () => {
  const file = mp4({ seconds: 3_600, sizeBytes: 5e9 });
  expect(file.size).toBe(5e9);
  const [first] = file.read(4_999_000_000, 5e9);
  expect(first?.length).toBe(65_536);
});

test("a telephone's recording is MP3 whose frames each begin with Layer III's header", () => {
  const bytes = whole(mp3(12));
  expect(bytes.length).toBe(Math.ceil((12 * 16_000) / 576) * 72);
  for (let at = 0; at < bytes.length; at += 72) expect(bytes.readUInt32BE(at)).toBe(0xff_f3_28_c0);
});

test("ffmpeg decodes all without a complaint", (context) => {
  try {
    execFileSync("ffmpeg", ["-version"], { stdio: "ignore" });
  } catch {
    return context.skip("ffmpeg is not on this machine");
  }
  const folder = mkdtempSync(join(tmpdir(), "media-"));
  for (const [name, file] of [
    ["a.mp4", mp4({ seconds: 75 })],
    ["b.m4a", m4a({ seconds: 75 })],
    ["c.mp3", mp3(75)],
  ] as const) {
    writeFileSync(join(folder, name), whole(file));
    const { stderr } = spawnSync("ffmpeg", ["-v", "error", "-i", join(folder, name), "-f", "null", "-"]);
    expect([name, stderr.toString()]).toEqual([name, ""]);
    const length = execFileSync("ffprobe", [
      "-v",
      "error",
      "-show_entries",
      "format=duration",
      "-of",
      "csv=p=0",
      join(folder, name),
    ]);
    expect(Number(length.toString())).toBeCloseTo(75, 0);
  }
  return rmSync(folder, { recursive: true });
});
