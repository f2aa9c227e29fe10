/**
 * A picture that stands still, as H.264 Constrained Baseline: one uncompressed key frame a minute, and frames that say
 * "as before" between. Small to write, and every decoder reads it (ITU-T H.264, 7.3).
 */
import { BitWriter } from "./bits.ts";

const WIDTH_MBS = 20;
const HEIGHT_MBS = 12;

/** The picture's size in pixels. */
export const WIDTH = WIDTH_MBS * 16;
export const HEIGHT = HEIGHT_MBS * 16;

/** Frames from one key frame to the next. */
export const FRAMES_A_GROUP = 60;

/** What the frames below take with their length before them; known without making them, as sizes are told of many videos. */
export const KEY_FRAME_BYTES = 92_648;
export const SAME_FRAME_BYTES = 10;

const NAL_SLICE = 0x41;
const NAL_IDR = 0x65;
const NAL_SPS = 0x67;
const NAL_PPS = 0x68;
const MACROBLOCK_PCM = 25;

/** The sequence parameter set. */
export const SPS = nal(
  NAL_SPS,
  new BitWriter()
    .u(66, 8)
    .u(0xc0, 8)
    .u(30, 8)
    // seq_parameter_set_id, log2_max_frame_num_minus4, pic_order_cnt_type, max_num_ref_frames
    .ue(0)
    .ue(0)
    .ue(2)
    .ue(1)
    .bit(0)
    .ue(WIDTH_MBS - 1)
    .ue(HEIGHT_MBS - 1)
    // frame_mbs_only, direct_8x8_inference, frame_cropping, vui
    .u(0b1100, 4)
    .trailing()
    .done(),
);

/** The picture parameter set. */
export const PPS = nal(
  NAL_PPS,
  new BitWriter()
    .ue(0)
    .ue(0)
    // entropy_coding_mode, bottom_field_pic_order
    .u(0, 2)
    // num_slice_groups_minus1, num_ref_idx_l0 and l1 default
    .ue(0)
    .ue(0)
    .ue(0)
    // weighted_pred, weighted_bipred_idc
    .u(0, 3)
    // pic_init_qp, pic_init_qs, chroma_qp_index_offset
    .ue(0)
    .ue(0)
    .ue(0)
    // deblocking_filter_control_present, constrained_intra_pred, redundant_pic_cnt
    .u(0b100, 3)
    .trailing()
    .done(),
);

/** Bars of colour: luma, blue and red difference. */
const BARS: readonly (readonly [y: number, cb: number, cr: number])[] = [
  [180, 128, 128],
  [162, 44, 142],
  [131, 156, 44],
  [112, 72, 58],
  [84, 184, 198],
  [65, 100, 212],
  [35, 212, 114],
  [60, 128, 128],
];

/** The samples of a macroblock in each bar. */
const BLOCKS = BARS.map(([y, cb, cr]) =>
  Uint8Array.from({ length: 384 }, (_, index) => (index < 256 ? y : index < 320 ? cb : cr)),
);

/** A key frame; of two that follow each other the ids must differ. */
export function keyFrame(idrPicId: 0 | 1): Uint8Array {
  const writer = new BitWriter();
  // first_mb_in_slice, slice_type (all I), pic_parameter_set_id, frame_num
  writer.ue(0).ue(7).ue(0).u(0, 4).ue(idrPicId);
  // no_output_of_prior_pics, long_term_reference, slice_qp_delta, disable_deblocking_filter_idc
  writer.u(0, 2).ue(0).ue(1);
  for (let row = 0; row < HEIGHT_MBS; row += 1) {
    for (let column = 0; column < WIDTH_MBS; column += 1) {
      writer.ue(MACROBLOCK_PCM).align();
      writer.bytes(BLOCKS[Math.floor((column * BARS.length) / WIDTH_MBS)] ?? new Uint8Array(384));
    }
  }
  return nal(NAL_IDR, writer.trailing().done());
}

/** A frame that is as the one before; `number` counts from 1 after the key frame. */
export function sameFrame(number: number): Uint8Array {
  const writer = new BitWriter();
  writer
    .ue(0)
    .ue(5)
    .ue(0)
    .u(number % 16, 4);
  // num_ref_idx_active_override, ref_pic_list_modification, adaptive_ref_pic_marking
  writer.u(0, 3).ue(0).ue(1);
  writer.ue(WIDTH_MBS * HEIGHT_MBS);
  return nal(NAL_SLICE, writer.trailing().done());
}

/** Header and payload; after two zeros a byte of at most 3 is kept apart (7.4.1). */
function nal(header: number, payload: Uint8Array): Uint8Array {
  // At worst every third byte is kept apart.
  const bytes = new Uint8Array(1 + Math.ceil(payload.length * 1.5));
  bytes[0] = header;
  let length = 1;
  let zeros = 0;
  for (const value of payload) {
    if (zeros >= 2 && value <= 3) {
      bytes[length++] = 3;
      zeros = 0;
    }
    bytes[length++] = value;
    zeros = value === 0 ? zeros + 1 : 0;
  }
  return bytes.slice(0, length);
}

/** A NAL unit with its length before it, as MP4 keeps them. */
export function sized(unit: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + unit.length);
  new DataView(bytes.buffer).setUint32(0, unit.length);
  bytes.set(unit, 4);
  return bytes;
}
