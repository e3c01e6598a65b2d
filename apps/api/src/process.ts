/** What a command line has of its process, so that tests can give it streams and variables of their own. */
import * as Context from "effect/Context"

/** What text is written to. */
interface Output {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

interface Service {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Default: the streams and variables of this process. */
export class Process extends Context.Reference<Process>()("dwell-api/Process", {
  defaultValue: (): Service => ({ stdout: process.stdout, stderr: process.stderr, env: process.env }),
}) {}
