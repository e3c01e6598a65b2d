/**
 * `dwell login`: checks the credentials of an account and stores them.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as ContactNow from "@dwell/core/ContactNow"
import * as Token from "@dwell/core/Token"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Prompt from "@effect/cli/Prompt"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Accounts from "../accounts/accounts.ts"
import { UserError, toUsageError, UsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import { Process } from "@dwell/terminal/Process"
import { say } from "../output.ts"
import { accountOption, addressesOf, optionalVariable, endpointOption } from "../accounts/settings.ts"
import { connect } from "../accounts/connection.ts"

const given = (name: string) => Config.option(Config.redacted(Config.nonEmptyString(name))).pipe(Effect.orDie)

const asked = (variable: string, prompt: Prompt.Prompt<Redacted.Redacted>) =>
  Effect.gen(function* () {
    const found = yield* given(variable)
    if (Option.isSome(found)) return found.value
    if ((yield* Process).stdin.isTTY !== true) {
      return yield* new UserError({
        message: `${variable} is not set, and there is no terminal to prompt on. Set it, or run \`dwell login\` in a terminal.`,
      })
    }
    return yield* Effect.mapError(Prompt.run(prompt), () => new UserError({ message: "Nothing was stored." }))
  })

const option = (name: string, value: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description), Options.optional)

export const login = Command.make(
  "login",
  {
    account: option("account", "NAME", "Name of the account. Default: DWELL_ACCOUNT, else main"),
    region: option(
      "region",
      "eu|us",
      "eu if you log in at app.easycontactnow.com (default), us if at app.contactnow.8x8.com",
    ),
    baseUrl: option("base-url", "URL", "The URL of the folder with token.php, if it is neither of these"),
    address: option("address", "IP,..", "At most 10 addresses that may use the token. Default: only this machine's"),
    tz: option("tz", "ZONE", "IANA time zone of the account: the default of --tz"),
  },
  ({ account, address, baseUrl, region, tz }) =>
    Effect.gen(function* () {
      if (Option.isSome(region) && Option.isSome(baseUrl)) {
        yield* new UsageError({ message: "--region and --base-url: both say where ContactNow is. Leave one out." })
      }
      const name = yield* Accounts.parseName(
        Option.match(yield* accountOption(account), {
          onNone: () => Accounts.defaultName,
          onSome: (named) => named.name,
        }),
      )
      const timezone = yield* Effect.transposeMapOption(tz, (text) =>
        Effect.mapError(Calendar.zone(text), toUsageError),
      )
      const place = yield* endpointOption(baseUrl, region)
      const fromEnvironment = yield* optionalVariable("DWELL_ADDRESS").pipe(Effect.orDie)
      const addresses = yield* addressesOf(Option.orElse(address, () => fromEnvironment))
      const before = Accounts.get(yield* Accounts.load, name)
      const base = Option.getOrElse(
        Option.orElse(place, () => Option.map(before, Accounts.endpointOf)),
        () => ContactNow.regions.eu,
      )
      const username = yield* asked(
        "DWELL_USERNAME",
        Prompt.hidden({ message: "API user name (from 8x8; not shown)", validate: nonEmpty }),
      )
      const password = yield* asked(
        "DWELL_PASSWORD",
        Prompt.hidden({ message: "API key (not shown)", validate: nonEmpty }),
      )
      // What is not given stays, so that changing the key needs only the key.
      const fresh = Accounts.mergeAccount(before, { baseUrl: base, username, password, addresses, timezone })
      const { expire } = yield* Effect.flatMap(Token.Token, ({ get }) => get).pipe(
        Effect.provide(connect({ ...fresh, format: "json" })),
      )
      const { default: standard } = yield* Accounts.store(name, fresh)
      yield* say(`ContactNow at ${base} issued a token, valid until ${new Date(expire * 1000).toISOString()}.`)
      yield* say(
        `Stored as ${name} in ${yield* Accounts.file}, readable only by you. Try: dwell report${standard === name ? "" : ` --account ${name}`}`,
      )
    }),
).pipe(
  Command.withDescription(
    help(
      "Checks your ContactNow API user name and key, and stores them for later commands. It prompts for them, or takes them from DWELL_USERNAME and DWELL_PASSWORD, never from the command line. Settings that you do not give keep their values if the account exists.",
      [
        ["dwell login", "for accounts in Europe and the rest of the world"],
        ["dwell login --region us", "for accounts in America"],
        ["dwell login --account london --tz Europe/London", "one of several accounts, with its time zone"],
        ["dwell login --address 192.0.2.10,192.0.2.11", "if requests leave from either of two addresses"],
      ],
    ),
  ),
)

function nonEmpty(text: string) {
  return text.trim() === "" ? Effect.fail("It can't be empty") : Effect.succeed(text.trim())
}
