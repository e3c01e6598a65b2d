/**
 * `dwell demo`: a report without credentials, from an emulator in this process.
 */
import * as Token from "@dwell/core/Token"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { help } from "@dwell/terminal/help"
import { emulatorServices, credentials } from "../inProcessEmulator.ts"
import * as shared from "../logSource/options.ts"
import { say } from "../output.ts"
import { plural } from "../format.ts"
import { loadFromVendor } from "../logSource/question.ts"
import { printReport } from "./report.ts"

export const demo = Command.make("demo", { format: shared.format }, ({ format }) =>
  Effect.gen(function* () {
    const Emulator = yield* Effect.promise(() => import("@dwell/emulator"))
    const clock = yield* Effect.clock
    const seconds = () => Math.floor(clock.unsafeCurrentTimeMillis() / 1000)
    const emulator = Emulator.make({ ...credentials, days: 14, clock: seconds })
    yield* say(
      `A demo contact centre with ${plural(emulator.centre.agents.length, "agent")}, behind an emulated ContactNow.`,
    )
    const input = yield* Effect.gen(function* () {
      const { expire } = yield* Effect.flatMap(Token.Token, ({ get }) => get)
      yield* say(`Token: valid until ${new Date(expire * 1000).toISOString()}.`)
      return yield* loadFromVendor({
        input: Option.none(),
        from: Option.some("yesterday"),
        to: Option.some("today"),
        now: Option.none(),
        tz: Option.some("Europe/London"),
        agent: Option.none(),
        account: Option.none(),
        api: Option.none(),
        key: Option.none(),
        offline: false,
        refresh: false,
        capStale: false,
        categories: Option.none(),
        agents: Option.none(),
      })
    }).pipe(Effect.provide(emulatorServices(emulator)))
    yield* say(
      `status_log: ${plural(input.log.length, "event")} read in ${plural(emulator.requests.length, "request")}.\n`,
    )
    yield* printReport(input, { format })
  }),
).pipe(
  Command.withDescription(
    help(
      "Yesterday in a demo contact centre: token, log and report, from an emulator in this process. No real data; nothing leaves this machine.",
      [
        ["dwell demo", "see what a report looks like"],
        ["dwell demo --format json | jq .agents[0]", "see its JSON"],
      ],
    ),
  ),
)
