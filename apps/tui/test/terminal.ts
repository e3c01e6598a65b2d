/** What a terminal shows of `dwell`: the lines on its screen, as a terminal emulator makes them of what was written. */
import xterm from "@xterm/headless"
import { type RunOptions, start } from "./runner.ts"

export interface Screen {
  readonly status: number | null
  /** Every line that the program wrote, as it is on the screen. */
  readonly lines: ReadonlyArray<string>
  /** Whether any line was too long for the screen and went on in the next. */
  readonly isWrapped: boolean
  /** Every character as it came, escape sequences and all. */
  readonly written: string
}

/** What a terminal shows when it was sent some text. */
export const screenOf = async (written: string, columns: number): Promise<Omit<Screen, "status">> => {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows: 200,
    scrollback: 1000,
    allowProposedApi: true,
    // As the line discipline of a terminal does.
    convertEol: true,
  })
  await new Promise<void>((resolve) => terminal.write(written, resolve))
  const { active } = terminal.buffer
  const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row))
  const lines = rows.map((row) => row?.translateToString(true) ?? "")
  return {
    lines: lines.slice(0, lines.findLastIndex((line) => line !== "") + 1),
    isWrapped: rows.some((row) => row?.isWrapped === true),
    written,
  }
}

/** Runs `dwell` in a terminal to its end. */
export const onScreen = async (
  args: ReadonlyArray<string>,
  options: RunOptions & { readonly columns: number },
): Promise<Screen> => {
  const { ended, said } = start(args, options)
  const { status } = await ended
  return { status, ...(await screenOf(said.both, options.columns)) }
}
