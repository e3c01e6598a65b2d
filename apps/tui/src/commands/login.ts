/**
 * `dwell login`: stores credentials, once they have proved right.
 */
import * as Token from "@dwell/core/Token"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Prompt from "@effect/cli/Prompt"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { Fixable } from "../errors.ts"
import { help } from "../help.ts"
import { say } from "../output.ts"
import { addressesOf, baseUrlOf, optional, store } from "../settings.ts"
import { connect } from "../source.ts"

const given = (name: string) => Config.option(Config.redacted(Config.nonEmptyString(name))).pipe(Effect.orDie)

const asked = (variable: string, prompt: Prompt.Prompt<Redacted.Redacted>) =>
  Effect.gen(function* () {
    const found = yield* given(variable)
    if (Option.isSome(found)) return found.value
    if (!process.stdin.isTTY) {
      return yield* new Fixable({
        message: `${variable}: it is not set, and there is no terminal to ask on. Set it, or run \`dwell login\` in a terminal.`,
      })
    }
    return yield* Effect.mapError(Prompt.run(prompt), () => new Fixable({ message: "Nothing was stored." }))
  })

const option = (name: string, value: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description), Options.optional)

export const login = Command.make(
  "login",
  {
    region: option(
      "region",
      "eu|us",
      "eu: you log in at app.easycontactnow.com (default); us: at app.contactnow.8x8.com",
    ),
    baseUrl: option("base-url", "URL", "The place of token.php, where it is another one"),
    address: option("address", "IP,..", "At most 10 addresses that may use the token; default: only this machine's"),
  },
  ({ address, baseUrl, region }) =>
    Effect.gen(function* () {
      const base = yield* baseUrlOf(baseUrl, region)
      const fromEnvironment = yield* optional("DWELL_ADDRESS").pipe(Effect.orDie)
      const addresses = Option.getOrElse(
        yield* addressesOf(Option.orElse(address, () => fromEnvironment)),
        (): ReadonlyArray<string> => [],
      )
      const username = yield* asked(
        "DWELL_USERNAME",
        Prompt.hidden({ message: "API user name (from 8x8; not shown)", validate: nonEmpty }),
      )
      const password = yield* asked(
        "DWELL_PASSWORD",
        Prompt.hidden({ message: "API key (not shown)", validate: nonEmpty }),
      )
      const settings = { baseUrl: base, username, password, addresses, format: "json", source: "login" } as const
      const { expire } = yield* Effect.flatMap(Token.Token, ({ get }) => get).pipe(
        Effect.provide(connect(settings, { keepToken: false })),
      )
      const file = yield* store({ baseUrl: base, username, password, addresses })
      yield* say(`ContactNow at ${base} gave a token, valid until ${new Date(expire * 1000).toISOString()}.`)
      yield* say(`Stored in ${file}, readable by you alone. Try: dwell report`)
    }),
).pipe(
  Command.withDescription(
    help(
      "Stores user name and key of the ContactNow API for later commands, after trying them out. They are asked for, or taken from DWELL_USERNAME and DWELL_PASSWORD, never from the command line.",
      [
        ["dwell login", "for accounts in Europe and the rest of the world"],
        ["dwell login --region us", "for accounts in America"],
        ["dwell login --address 192.0.2.10,192.0.2.11", "when requests leave from either of two addresses"],
      ],
    ),
  ),
)

function nonEmpty(text: string) {
  return text.trim() === "" ? Effect.fail("It can't be empty") : Effect.succeed(text.trim())
}
