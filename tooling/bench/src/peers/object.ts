/**
 * The event store in a Durable Object, in a workerd of its own: what it is told, and when it answers.
 *
 * Shape    the rows are made there before the clock starts; one transaction for each 5,000, and one to put the day into
 *          columns. The first answer is not timed: engines warm up, and objects live long
 */
import { Missing, run, type Subject } from "../../../../packages/core/bench/measure.ts"
import { start } from "../../../../packages/core/test/workerd/workerd.ts"

/** Seen from where this is built. */
const program = new URL("../../../../packages/core/bench/object.ts", import.meta.url)

const rows = 170_000

/** What is asked before the clock starts, and what then. */
const subject =
  (before: ReadonlyArray<string>, timed: string): Subject =>
  async () => {
    const worker = await start(program, { object: "Account" })
    const ask = async (path: string): Promise<number> => {
      const answer = await fetch(new URL(path, worker.url))
      if (!answer.ok) throw new Missing(`workerd answers HTTP ${answer.status}`)
      return Number(await answer.text())
    }
    for (const path of before) await ask(path)
    return async () => {
      const begin = performance.now()
      const done = await ask(timed)
      const ms = performance.now() - begin
      const peakMB = worker.process().peak / 1e6
      return { rows: done, elsewhere: { ms, peakMB }, figures: worker.stop }
    }
  }

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["append", subject([`/prepare?rows=${rows}&day=0`, "/append", `/prepare?rows=${rows}&day=1`], "/append")],
  [
    "compact",
    subject(
      [`/prepare?rows=${rows}&day=0`, "/append", "/compact", `/prepare?rows=${rows}&day=1`, "/append"],
      "/compact",
    ),
  ],
])

if (import.meta.main) await run(subjects)
