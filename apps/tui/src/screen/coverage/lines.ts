/**
 * Coverage and quality, as lines that a person scrolls through.
 *
 * Shape    how many lines there are follows from the answer and the width alone, so that scrolling knows its end
 */
import * as Calendar from "@dwell/core/Calendar"
import { calendarStrips } from "../../render/pictures.ts"
import { printable, wrapped } from "@dwell/terminal/text"
import { bytes, count, duration, instant, plural } from "../../render/text.ts"
import type { Place } from "../worker/protocol/question.ts"
import type { CoverageAnswer } from "../worker/protocol/answer.ts"
import type { Part } from "../theme.ts"

export interface CoverageState {
  /** The first line in view. */
  readonly top: number
}

export const start: CoverageState = { top: 0 }

/** A line: texts, each of its part. */
export type Line = ReadonlyArray<readonly [part: Part, text: string]>

export interface Told {
  readonly answer: CoverageAnswer
  readonly place: Place
  /** The window as it was given, and what it is called. */
  readonly window: { readonly from: string; readonly to: string; readonly label: string }
  /** The zone that was asked for in place of the place's own. */
  readonly timezone: string | null
  readonly zone: string
  readonly now: number
  readonly columns: number
  readonly isUnicode: boolean
}

const blank: Line = []

const texts = (part: Part, text: string, columns: number, indent = 1): ReadonlyArray<Line> =>
  wrapped(text, Math.max(20, columns - indent - 1)).map((line): Line => [[part, " ".repeat(indent) + line]])

const title = (text: string, columns: number): ReadonlyArray<Line> => texts("title", text, columns)

const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text)

/** The option that names the place, where one is needed. */
const accountOf = ({ place }: Told): string =>
  place.kind === "account" && place.name !== null ? ` --account ${place.name}` : ""

/** Options that name the place and two instants, whatever the time zone. */
const spanOf = (told: Told, from: number, to: number): string => {
  const zone = { name: told.zone }
  return `--from ${Calendar.label(zone, from)} --to ${Calendar.label(zone, to)}${accountOf(told)}`
}

/** Options that name the place and the window. */
const windowOf = (told: Told): string => {
  const { timezone, window } = told
  const zone = timezone === null ? "" : ` --tz ${timezone}`
  return `--from ${quoted(window.from)} --to ${quoted(window.to)}${zone}${accountOf(told)}`
}

const keptWidth = "From, to".length + 2

const kept = (told: Told): ReadonlyArray<Line> => {
  const { answer, columns, isUnicode, now, zone } = told
  const { closedDays, events, extent, file, openDays, spans } = answer
  const at = (seconds: number) => instant({ name: zone }, seconds)
  const lasts = spans.at(-1)
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["File", file === null ? "in memory: it is gone with this program" : printable(file)],
    ["Size", answer.file === null ? "–" : bytes(answer.bytes)],
    ["Events", count(events)],
    ["Days", `${plural(openDays, "open day")}, event by event; ${plural(closedDays, "closed day")}, in columns`],
    ["From, to", extent === null ? "nothing is kept yet" : `${at(extent.from)} to ${at(extent.to)}, ${zone}`],
    ...(lasts === undefined ? [] : [["As of", at(lasts.asOf)] as const]),
  ]
  const strips = calendarStrips({ width: columns, colour: false, pictures: isUnicode }, { name: zone }, spans, now)
  return [
    ...title(`Kept of ${printable(answer.place.name)}`, columns),
    ...rows.flatMap(([name, text]) =>
      wrapped(text, Math.max(20, columns - keptWidth - 2)).map((line, index): Line => [
        ["faint", ` ${(index === 0 ? name : "").padEnd(keptWidth)}`],
        ["text", line],
      ]),
    ),
    ...(strips.length === 0 ? [] : [blank, ...strips.map((strip): Line => [["text", ` ${strip}`]])]),
  ]
}

/** So much of the window's end may be missing with nothing wrong. */
const recentSeconds = 120

const missing = (told: Told): ReadonlyArray<Line> => {
  const { answer, columns, zone } = told
  const { quality, window } = answer
  const at = (seconds: number) => instant({ name: zone }, seconds)
  const head = `Missing of ${told.window.label}: ${at(window.from)} to ${at(window.to)}, ${zone}`
  const last = quality.uncovered.at(-1)
  // What has passed since the vendor was asked last will be read with the next look.
  const isRecent = last !== undefined && last.to >= window.now && last.to - last.from <= recentSeconds
  const lost = isRecent ? quality.uncovered.slice(0, -1) : quality.uncovered
  if (lost.length === 0) {
    const rest = isRecent
      ? `but the last ${duration(last.to - last.from)}, which is read with the next look`
      : "is kept"
    return [...title(head, columns), ...texts("good", `Nothing: all of it ${rest}.`, columns, 2)]
  }
  const seconds = lost.reduce((sum, { from, to }) => sum + to - from, 0)
  const isDemo = answer.place.kind === "demo"
  const how = isDemo ? "." : ", and so does the command below each."
  return [
    ...title(head, columns),
    ...texts("alarm", `Of ${plural(lost.length, "span")}, ${duration(seconds)} in all, nothing is known.`, columns, 2),
    ...texts("faint", `The report of the window reads what is missing (press 2)${how}`, columns, 2),
    ...lost.flatMap(({ from, to }) => [
      ...texts("text", `${at(from)} to ${at(to)}`, columns, 2),
      ...(isDemo ? [] : texts("accent", `dwell sync ${spanOf(told, from, to)}`, columns, 4)),
    ]),
  ]
}

interface Remark {
  readonly name: string
  /** `null` = not known. */
  readonly count: number | null
  readonly means: string
  /** What mends it, or shows it; `null` = nothing has to be done. */
  readonly mends: string | null
}

const few = (values: ReadonlyArray<string | number>): string =>
  values.length <= 8 ? values.join(", ") : `${values.slice(0, 8).join(", ")} and ${values.length - 8} more`

const lookBackSeconds = 604_800

const remarksOf = (told: Told): ReadonlyArray<Remark> => {
  const { agentsWithoutCarryIn, conflicts, duplicates, future, outOfOrder, stale, unknownStatuses } =
    told.answer.quality
  const { from } = told.answer.window
  const options = windowOf(told)
  // What is kept has each event once; how often it came is known of a file alone.
  const delivered = (value: number) => (value === 0 ? null : value)
  return [
    {
      name: "Duplicates",
      count: delivered(duplicates),
      means: "Rows that came more than once, and count once. What is kept has each event once already.",
      mends: "dwell report --input FILE counts those of a file of the vendor's.",
    },
    {
      name: "Conflicts",
      count: delivered(conflicts),
      means: "Rows that the vendor corrected: the one that came last counts, and is the one that is kept.",
      mends: `dwell report --refresh ${options} reads the window again.`,
    },
    {
      name: "Out of order",
      count: outOfOrder,
      means: "Events recorded later than events that came after them. They are put where they belong.",
      mends: outOfOrder === 0 ? null : `dwell events ${options} lists the log as it counts.`,
    },
    {
      name: "Future",
      count: future,
      means: "Events later than now: a clock is wrong.",
      mends: future === 0 ? null : "dwell doctor compares this clock with ContactNow's.",
    },
    {
      name: "Unknown statuses",
      count: unknownStatuses.length,
      means:
        unknownStatuses.length === 0
          ? "Statuses in no category, which count as other."
          : `In no category, and counted as other: ${few(unknownStatuses.map(printable))}.`,
      mends:
        unknownStatuses.length === 0
          ? null
          : `dwell report --categories FILE ${options}, FILE as in {"${printable(unknownStatuses[0] ?? "")}": "idle"}`,
    },
    {
      name: "No carry-in",
      count: agentsWithoutCarryIn.length,
      means:
        agentsWithoutCarryIn.length === 0
          ? "Agents whose status at the start of the window is not known."
          : `Whose status at the start is not known, so that they are untracked until their first event: ${few(agentsWithoutCarryIn)}.`,
      mends:
        agentsWithoutCarryIn.length === 0
          ? null
          : `dwell sync ${spanOf(told, from - lookBackSeconds, from)} looks further back.`,
    },
    {
      name: "Open or long",
      count: stale,
      means: "Intervals not offline that are open at the end, as those of everybody at work are, or last over 16 h.",
      mends: stale === 0 ? null : `dwell report --cap-stale ${options} cuts them after 16 h.`,
    },
  ]
}

const nameWidth = 18
const countWidth = 8

const quality = (told: Told): ReadonlyArray<Line> => {
  const { answer, columns } = told
  const indent = nameWidth + countWidth + 2
  const isWide = columns >= 80
  const under = isWide ? indent : 4
  return [
    ...title(`Quality of ${told.window.label}: ${plural(answer.quality.unique, "event")}`, columns),
    ...remarksOf(told).flatMap((remark): ReadonlyArray<Line> => {
      const isOdd = remark.count !== null && remark.count > 0
      const figure = remark.count === null ? "–" : count(remark.count)
      const head: Line = [
        ["text", ` ${remark.name.padEnd(nameWidth)}`],
        [isOdd ? "accent" : "faint", figure.padStart(countWidth)],
      ]
      const means = texts("faint", remark.means, columns, under)
      const mends = remark.mends === null ? [] : texts(isOdd ? "text" : "faint", remark.mends, columns, under)
      const [first, ...rest] = means
      return isWide && first !== undefined
        ? [[...head, ...first.map(([part, text]) => [part, ` ${text.trimStart()}`] as const)], ...rest, ...mends]
        : [head, ...means, ...mends]
    }),
  ]
}

const stale = (told: Told): ReadonlyArray<Line> => {
  const { answer, columns, zone } = told
  const head = title(`Stale logins: ${count(answer.stale.length)}`, columns)
  if (answer.stale.length === 0) {
    return [...head, ...texts("good", "Nobody has been logged in for over 16 h in one status.", columns, 2)]
  }
  const means =
    "Over 16 h in one status, and not offline: most likely a browser was closed without a logout. Log them out in " +
    "ContactNow; until then this cuts their time:"
  return [
    ...head,
    ...texts("faint", means, columns, 2),
    ...texts("accent", `dwell report --cap-stale ${windowOf(told)}`, columns, 4),
    ...answer.stale.map(({ agent, name, since, status, team }): Line => [
      ["alarm", `  ${agent}`],
      ["text", ` ${printable(name ?? "")}${team === null ? "" : ` (${printable(team)})`} `],
      ["faint", `${printable(status ?? "untracked")} since `],
      [
        "text",
        since === null
          ? "–"
          : `${instant({ name: zone }, since)}, for ${duration(Math.max(0, answer.window.now - since))}`,
      ],
    ]),
  ]
}

/** All there is to say. */
export const linesOf = (told: Told): ReadonlyArray<Line> => [
  ...kept(told),
  blank,
  ...missing(told),
  blank,
  ...quality(told),
  blank,
  ...stale(told),
]
