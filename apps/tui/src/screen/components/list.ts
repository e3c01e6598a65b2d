/**
 * A list with a cursor, of which a part is in view.
 *
 * Shape    0 <= cursor < length; the cursor is in view
 */
export interface ListState {
  readonly cursor: number
  /** The first row in view. */
  readonly top: number
}

export const start: ListState = { cursor: 0, top: 0 }

const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** Keeps the cursor within the list and in view. */
export const keepInView = ({ cursor, top }: ListState, length: number, height: number): ListState => {
  const at = within(cursor, 0, Math.max(0, length - 1))
  const room = Math.max(1, height)
  const least = within(top, at - room + 1, at)
  return { cursor: at, top: within(least, 0, Math.max(0, length - room)) }
}

export type Move = "up" | "down" | "page-up" | "page-down" | "first" | "last"

const moves: ReadonlyArray<string> = [
  "up",
  "down",
  "page-up",
  "page-down",
  "first",
  "last",
] satisfies ReadonlyArray<Move>

export const isMove = (command: string): command is Move => moves.includes(command)

/** The list after a move. */
export const moved = (list: ListState, move: Move, length: number, height: number): ListState => {
  const page = Math.max(1, height - 1)
  const to: Readonly<Record<Move, number>> = {
    up: list.cursor - 1,
    down: list.cursor + 1,
    "page-up": list.cursor - page,
    "page-down": list.cursor + page,
    first: 0,
    last: length - 1,
  }
  return keepInView({ ...list, cursor: to[move] }, length, height)
}
