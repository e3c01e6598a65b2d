/**
 * Coverage and quality, as lines that a person scrolls through.
 *
 * Shape    the number of lines depends only on the answer and the width, so that scrolling knows its end
 */
import { calendarStrips } from "../../render/sparklines.ts"
import { printable, wrapped } from "@dwell/terminal/text"
import { bytes, count, duration, instant, plural } from "../../format.ts"
import { type CoverageModel, type Line, title, blank, texts, spanOf, windowOf } from "./line.ts"
import { qualityLines } from "./quality.ts"

const labelWidth = "From, to".length + 2

const storedLines = (model: CoverageModel): ReadonlyArray<Line> => {
  const { answer, columns, isUnicode, now, zone } = model
  const { closedDays, events, extent, file, openDays, spans } = answer
  const at = (seconds: number) => instant({ name: zone }, seconds)
  const lasts = spans.at(-1)
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["File", file === null ? "in memory: lost when dwell ends" : printable(file)],
    ["Size", answer.file === null ? "–" : bytes(answer.bytes)],
    ["Events", count(events)],
    ["Days", `${plural(openDays, "open day")}, event by event; ${plural(closedDays, "closed day")}, in columns`],
    ["From, to", extent === null ? "nothing is stored yet" : `${at(extent.from)} to ${at(extent.to)}, ${zone}`],
    ...(lasts === undefined ? [] : [["As of", at(lasts.asOf)] as const]),
  ]
  const strips = calendarStrips({ width: columns, colour: false, pictures: isUnicode }, { name: zone }, spans, now)
  return [
    ...title(`Stored for ${printable(answer.account.name)}`, columns),
    ...rows.flatMap(([name, text]) =>
      wrapped(text, Math.max(20, columns - labelWidth - 2)).map((line, index): Line => [
        ["faint", ` ${(index === 0 ? name : "").padEnd(labelWidth)}`],
        ["text", line],
      ]),
    ),
    ...(strips.length === 0 ? [] : [blank, ...strips.map((strip): Line => [["text", ` ${strip}`]])]),
  ]
}

/** The end of the window may be missing for this long with nothing wrong. */
const recentSeconds = 120

const missingLines = (model: CoverageModel): ReadonlyArray<Line> => {
  const { answer, columns, zone } = model
  const { quality, window } = answer
  const at = (seconds: number) => instant({ name: zone }, seconds)
  const head = `Missing from ${model.window.label}: ${at(window.from)} to ${at(window.to)}, ${zone}`
  const last = quality.uncovered.at(-1)
  // The next poll reads the time since the last one.
  const isRecent = last !== undefined && last.to >= window.now && last.to - last.from <= recentSeconds
  const lost = isRecent ? quality.uncovered.slice(0, -1) : quality.uncovered
  if (lost.length === 0) {
    const rest = isRecent ? `but the last ${duration(last.to - last.from)}, which the next poll reads` : "is stored"
    return [...title(head, columns), ...texts("good", `Nothing: all of it ${rest}.`, columns, 2)]
  }
  const seconds = lost.reduce((sum, { from, to }) => sum + to - from, 0)
  const isDemo = answer.account.kind === "demo"
  const how = isDemo ? "." : "; so does the command below each."
  return [
    ...title(head, columns),
    ...texts("alarm", `${plural(lost.length, "span")}, ${duration(seconds)} in all.`, columns, 2),
    ...texts("faint", `The report reads what is missing (press 2)${how}`, columns, 2),
    ...lost.flatMap(({ from, to }) => [
      ...texts("text", `${at(from)} to ${at(to)}`, columns, 2),
      ...(isDemo ? [] : texts("accent", `dwell sync ${spanOf(model, from, to)}`, columns, 4)),
    ]),
  ]
}

const staleLines = (model: CoverageModel): ReadonlyArray<Line> => {
  const { answer, columns, zone } = model
  const head = title(`Stale logins: ${count(answer.stale.length)}`, columns)
  if (answer.stale.length === 0) {
    return [...head, ...texts("good", "No agent has been logged in for over 16 h in one status.", columns, 2)]
  }
  const meanings =
    "Over 16 h in one status, and not offline: most likely a browser was closed without a logout. Log them out in " +
    "ContactNow; until then this cuts their time:"
  return [
    ...head,
    ...texts("faint", meanings, columns, 2),
    ...texts("accent", `dwell report --cap-stale ${windowOf(model)}`, columns, 4),
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

/** All lines. */
export const linesOf = (model: CoverageModel): ReadonlyArray<Line> => [
  ...storedLines(model),
  blank,
  ...missingLines(model),
  blank,
  ...qualityLines(model),
  blank,
  ...staleLines(model),
]
