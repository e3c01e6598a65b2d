/**
 * A centre of so many agents on a port of this machine, until the process is ended: prints where.
 *
 * Shape    `node emulator.ts AGENTS AHEAD_SECONDS`
 */
import { make } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"

const [agents, aheadSeconds] = process.argv.slice(2).map(Number)
const { url } = await serve(
  make({
    ...(agents === undefined ? {} : { agents }),
    ...(aheadSeconds === undefined ? {} : { aheadSeconds }),
    days: 2,
  }),
  { port: 0 },
)
process.stdout.write(`${url}\n`)
