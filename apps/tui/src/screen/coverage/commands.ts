/**
 * What keys do on coverage and quality.
 */
import type { Command } from "../keys.ts"
import * as Coverage from "./lines.ts"
import { bodyHeight } from "../app/layout.ts"
import * as List from "../components/list.ts"
import type { State } from "../app/state.ts"

/** The lines of coverage and quality, where they are known. */
export const linesOf = ({ answers, now, account, size, timezone, window }: State, isUnicode = true) => {
  const answer = answers.coverage?.answer ?? null
  if (answer === null) return []
  const zone = timezone ?? answer.account.timezone
  return Coverage.linesOf({ answer, account, window, timezone, zone, now, columns: size.columns, isUnicode })
}

/** The first line in view, with no empty room below the last one. */
export const topOf = (state: State, length: number): number =>
  Math.max(0, Math.min(state.coverage.top, length - bodyHeight(state)))

export const onCommand = (state: State, command: Command): State => {
  if (!List.isMove(command)) return state
  const { length } = linesOf(state)
  const top = topOf(state, length)
  const page = Math.max(1, bodyHeight(state) - 1)
  const to: Readonly<Record<List.Move, number>> = {
    up: top - 1,
    down: top + 1,
    "page-up": top - page,
    "page-down": top + page,
    first: 0,
    last: length,
  }
  const moved = { ...state, coverage: { top: Math.max(0, to[command]) } }
  return { ...moved, coverage: { top: topOf(moved, length) } }
}
