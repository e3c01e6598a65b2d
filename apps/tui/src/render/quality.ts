/**
 * The quality of a report, in words: only what deserves a reader's attention.
 */
import type { Document } from "@dwell/core/Report"
import { printable } from "@dwell/terminal/text"
import { plural } from "../format.ts"

const few = (values: ReadonlyArray<string | number>): string =>
  values.length <= 5 ? values.join(", ") : `${values.slice(0, 5).join(", ")} and ${values.length - 5} more`

/** Words for remarks on a window and on an instant. */
const windows = { events: "in the window", start: "Status at the start not known", end: "at the end" }
const instants: typeof windows = { events: "make this answer", start: "Status not known", end: "as far as is known" }

/** One sentence per remark, on a window or an instant. The number of events is always there. */
export const remarks = (quality: Document["quality"], of: "window" | "instant" = "window"): ReadonlyArray<string> => {
  const words = of === "window" ? windows : instants
  const { agentsWithoutCarryIn, conflicts, duplicates, future, outOfOrder, stale, uncovered, unique, unknownStatuses } =
    quality
  const dropped = [
    ...(duplicates > 0 ? [plural(duplicates, "duplicate")] : []),
    ...(conflicts > 0 ? [plural(conflicts, "corrected row")] : []),
    ...(outOfOrder > 0 ? [`${plural(outOfOrder, "event")} recorded late`] : []),
  ]
  return [
    `${plural(unique, "event")} ${words.events}${dropped.length > 0 ? ` (${dropped.join(", ")})` : ""}.`,
    ...(agentsWithoutCarryIn.length > 0
      ? [`${words.start} of ${plural(agentsWithoutCarryIn.length, "agent")}: ${few(agentsWithoutCarryIn)}.`]
      : []),
    ...(unknownStatuses.length > 0
      ? [`Statuses in no category, counted as other: ${few(unknownStatuses.map(printable))}.`]
      : []),
    ...(stale > 0 ? [`${plural(stale, "interval")} not offline and still open ${words.end}, or over 16 h long.`] : []),
    ...(future > 0 ? [`${plural(future, "event")} later than now: check the clocks.`] : []),
    ...(uncovered.length > 0 ? [`${plural(uncovered.length, "span")} of the window could not be read.`] : []),
  ]
}
