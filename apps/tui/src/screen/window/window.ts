/**
 * The window that report, staffing and coverage share: its instants now, and the question about it.
 */
import * as Calendar from "@dwell/core/Calendar"
import type { InvalidInput } from "@dwell/core/InvalidInput"
import * as Window from "@dwell/core/Window"
import * as Either from "effect/Either"
import type { WindowQuestion } from "../worker/protocol/question.ts"
import type { State, WindowInput } from "../app/state.ts"

/** The zone that windows are in; UTC until it is known. */
export const zoneOf = ({ answers, timezone }: Pick<State, "answers" | "timezone">): Calendar.Zone => ({
  name: timezone ?? answers.live?.answer?.account.timezone ?? answers.report?.answer?.account.timezone ?? "UTC",
})

export type Clock = Pick<State, "answers" | "timezone" | "now">

/** The instants of a window given as text, at the moment. */
export const resolve = (
  state: Clock,
  { from, to }: Pick<WindowInput, "from" | "to">,
): Either.Either<Window.Window, InvalidInput> => {
  const instant = (text: string, what: string) =>
    Calendar.parseInstant(text, { zone: zoneOf(state), now: state.now, what })
  return Either.flatMap(instant(from, "From"), (start) =>
    Either.flatMap(instant(to, "To"), (end) => Window.make(start, end)),
  )
}

/** What is wrong with an input, in the words of the screens instead of command-line options. */
export const issueText = ({ message }: InvalidInput): string =>
  message
    .replace(/^window:/, "Window:")
    .replace(/^--tz:/, "Zone:")
    .replaceAll("--from", "From")
    .replaceAll("--to", "To")

const minuteSeconds = 60

/**
 * Higher for each refresh by a person, and for each minute of a current window, so that the same window is asked about
 * again; at most once a minute.
 */
export const refreshCountOf = (state: Clock & Pick<State, "refreshCount" | "window">): number => {
  const asOf = state.answers.live?.answer?.floor?.asOf ?? state.now
  const end = Either.match(resolve(state, state.window), { onLeft: () => asOf, onRight: ({ to }) => to })
  return state.refreshCount + Math.floor(Math.min(end, asOf) / minuteSeconds)
}

/** The question about the shared window. */
export const windowQuestion = (state: State): WindowQuestion => {
  const { account, timezone, window } = state
  return { account, from: window.from, to: window.to, timezone, refreshCount: refreshCountOf(state) }
}
