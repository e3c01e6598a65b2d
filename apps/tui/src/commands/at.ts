/**
 * `dwell at`: each agent's status at an instant.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { printAnswer } from "../render/printable.ts"
import { atAnswer } from "../render/at.ts"
import { loadMoment } from "../logSource/question.ts"

export const at = Command.make(
  "at",
  { instant: shared.instant, ...shared.moment, format: shared.format },
  ({ format, instant: text, ...options }) =>
    Effect.gen(function* () {
      yield* printAnswer(atAnswer(yield* loadMoment(text, options)), format)
    }),
).pipe(
  Command.withDescription(
    help(
      "Each agent's status at an instant, since when and until when. Untracked: nothing is known about the agent by then. " +
        "Until –: no known event ends the status. When reading from ContactNow, up to one day after the instant is searched for the end.",
      [
        ["dwell at 14:52", "at a time today"],
        ["dwell at now --agent 700101,700102", "what two agents are doing now"],
        ["dwell at 2026-03-09T10:30 --tz Europe/London --format csv", "on another day, for a spreadsheet"],
        ["dwell at 2026-03-09T10:30 --input log.json", "from a file, as far as it goes"],
      ],
    ),
  ),
)
