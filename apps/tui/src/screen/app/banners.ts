/**
 * Banners: what is wrong, what that means, and who has to act.
 *
 * Shape    most urgent first; one line, or a few where there is room
 */
import { remarks } from "../../render/quality.ts"
import { wrapped } from "@dwell/terminal/text"
import { duration, fit } from "../../format.ts"
import type { Actor, Problem } from "../worker/protocol/problem.ts"
import type { State } from "./state.ts"

export interface Banner {
  readonly isAlarm: boolean
  readonly text: string
}

export const actorTexts: Readonly<Record<Actor, string>> = {
  you: "You can fix it.",
  administrator: "Your ContactNow administrator has to act.",
  vendor: "8x8 has to act.",
  none: "",
}

/** A problem in words: the most important first. */
export const problemText = ({ actor, isRetried, message, title }: Problem, more = ""): string =>
  [`${title}.`, actorTexts[actor], isRetried ? "Dwell tries again." : "Press r to try again.", more, message]
    .filter((part) => part !== "")
    .join(" ")

/** How old the figures of the floor are, in seconds; `null` = there are none. */
export const ageOf = ({ answers, now }: Pick<State, "answers" | "now">): number | null => {
  const asOf = answers.live?.answer?.floor?.asOf
  return asOf === undefined ? null : Math.max(0, now - asOf)
}

/** After a minute without an update, running statuses are no longer known to go on. */
const freshSeconds = 60

/** Until when the floor's statuses are known to go on: now, or the last update if that is too old. */
export const knownUntil = (state: Pick<State, "answers" | "now">): number => {
  const age = ageOf(state)
  return age === null || age <= freshSeconds ? state.now : state.now - age
}

const ofScreen = ({ answers, screen }: State): Problem | null => {
  if (screen === "floor" || screen === "connect") return null
  const lastAnswer = answers[screen]
  return lastAnswer?.problem ?? lastAnswer?.answer?.problem ?? null
}

const rowsOfBanner = (text: string, { size }: Pick<State, "size">): ReadonlyArray<string> => {
  const most = size.rows >= 30 ? 3 : size.rows >= 20 ? 2 : 1
  const width = Math.max(20, size.columns - 2)
  const lines = wrapped(text, width)
  if (lines.length <= most) return lines
  // The end may say what to do.
  const more = " … ! shows all"
  return [...lines.slice(0, most - 1), `${fit(lines[most - 1] ?? "", width - more.length, "left").trimEnd()}${more}`]
}

/** All banners, whether or not they fit. */
export const allBannersOf = (state: State): ReadonlyArray<Banner> => {
  const { answers, sleptSeconds } = state
  const live = answers.live
  const banners: Array<{ readonly isAlarm: boolean; readonly text: string }> = []
  const problem = live?.problem ?? live?.answer?.problem ?? null
  const age = ageOf(state)
  const ageText = age === null ? "" : `The figures are ${duration(age)} old.`
  if (problem !== null) banners.push({ isAlarm: true, text: problemText(problem, ageText) })
  if (sleptSeconds > 0 && problem === null) {
    banners.push({
      isAlarm: false,
      text: `This machine slept for ${duration(sleptSeconds)}; dwell is reading what it missed.`,
    })
  }
  const warning = live?.answer?.warning ?? null
  if (warning !== null) banners.push({ isAlarm: true, text: `${warning.title}. ${warning.message}` })
  const own = ofScreen(state)
  if (own !== null && own.message !== problem?.message) banners.push({ isAlarm: true, text: problemText(own) })
  if (live?.answer?.account.kind === "demo") {
    const { columns, rows } = state.size
    const text =
      columns < 118 || rows < 20
        ? "A demo contact centre. Press 6 to connect your own."
        : "A demo contact centre, since there are no credentials: its agents are invented. Press 6 to connect your own."
    banners.push({ isAlarm: false, text })
  }
  return banners
}

/** The quality of the report's data, which may not fit on the report's own line. */
export const reportRemarksOf = ({ answers, screen }: Pick<State, "answers" | "screen">): ReadonlyArray<string> => {
  const answer = answers.report?.answer ?? null
  return screen !== "report" || answer === null ? [] : remarks(answer.quality)
}

/** The banners that fit. */
export const visibleBannersOf = (state: State): ReadonlyArray<Banner> =>
  allBannersOf(state).flatMap(({ isAlarm, text }) => rowsOfBanner(text, state).map((line) => ({ isAlarm, text: line })))
