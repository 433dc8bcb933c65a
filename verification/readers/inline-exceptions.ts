/**
 * Comments of the input that except something: `# dataplane:except ID until DATE reason`. A reader finds them and what
 * each stands beside; what they say is the verification's to understand.
 *
 * A comment stands beside a block, or an object of a manifest, where it is on its own line directly above the first one,
 * at the end of the first one, or directly below it and within; other comments may stand between.
 */
import type { Location, Resource } from "../model";

/** Type of what stands for such a comment, and for one thing that it stands beside. */
export const INLINE_EXCEPTION = "dataplane:inline-exception";

/** What begins a comment that speaks to this tool. */
const MARK = "dataplane:";

/** A comment on one line. */
export interface Comment {
  readonly line: number;
  /** Without what makes it a comment. */
  readonly text: string;
  /** Whether nothing else is on its line. */
  readonly alone: boolean;
  /** How many blocks it lies in, where the syntax has blocks. */
  readonly depth?: number;
}

/** Something that a comment may stand beside. */
export interface Excepted {
  /** As findings name it, without the index of an instance. */
  readonly address: string;
  /** Where its first line is. */
  readonly location: Location;
}

/** Whether there is anything in a text to look for: few have a comment that speaks to this tool. */
export const mayExcept = (text: string): boolean => text.includes(MARK);

/** What stands for the comments of a file that speak to this tool, each with what it stands beside, if anything. */
export function inlineExceptions(
  file: string,
  comments: readonly Comment[],
  excepted: readonly Excepted[],
  unit: string,
): Resource[] {
  const asked = comments.filter(({ text }) => text.startsWith(MARK));
  if (asked.length === 0) return [];
  const alone = new Set(comments.filter((comment) => comment.alone).map(({ line }) => line));
  return asked.flatMap(({ line, text, depth }) => {
    const near = (step: 1 | -1) => {
      let at = line;
      while (alone.has(at)) at += step;
      return excepted.filter(({ location }) => location.line === at);
    };
    const above = depth === undefined || depth === 0 ? near(1) : [];
    const beside = above.length > 0 ? above : depth === 0 ? [] : near(-1);
    const location: Location = { file, line };
    const stand = (values: Resource["values"]): Resource => ({
      type: INLINE_EXCEPTION,
      address: INLINE_EXCEPTION,
      mode: "data",
      unit,
      values: { text: text.slice(MARK.length), ...values },
      location,
      locate: () => location,
    });
    return beside.length === 0
      ? [stand({})]
      : beside.map(({ address, location: { line: first } }) => stand({ address, first }));
  });
}
