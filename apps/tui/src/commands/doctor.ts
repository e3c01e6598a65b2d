/**
 * `dwell doctor`: what works between here and ContactNow, what does not, and what to do.
 */
import { ContactNowError } from "@dwell/core/ContactNowError"
import { EventStore } from "@dwell/core/EventStore"
import type { StoreError } from "@dwell/core/StoreError"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { UserError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import { outputStyle, print } from "../output.ts"
import * as shared from "../logSource/options.ts"
import { agreementText, probe, countRecentRows, clockSkew, skewText, tokenExpiry } from "../accounts/connectivity.ts"
import { ink } from "@dwell/terminal/style"
import { printable } from "@dwell/terminal/text"
import { bytes, plural } from "../format.ts"
import { settings, type Settings } from "../accounts/settings.ts"
import * as StoreFile from "../accounts/storeFile.ts"
import { connect } from "../accounts/connection.ts"

type Failure = UserError | ContactNowError | StoreError

interface Check {
  readonly name: string
  /** `null` = could not be checked. */
  readonly result: Either.Either<string, Failure> | null
}

const check = <R>(name: string, run: Effect.Effect<string, Failure, R>): Effect.Effect<Check, never, R> =>
  Effect.map(Effect.either(run), (result) => ({ name, result }))

const clock = (serverTime: number) =>
  Effect.flatMap(clockSkew(serverTime), ({ isTolerated, seconds }) =>
    isTolerated
      ? Effect.succeed(agreementText(seconds))
      : new UserError({ message: `This clock is ${skewText(seconds)} the server's. Correct it.` }),
  )

const token = Effect.map(tokenExpiry, (expire) => `valid until ${new Date(expire * 1000).toISOString()}`)

const statusLog = Effect.map(countRecentRows(3600), (rows) => `${rows} rows in the last hour`)

/** Whether the store can be opened and read; creates nothing. */
const store = ({ account }: Settings) =>
  Effect.gen(function* () {
    if (!(yield* StoreFile.names).includes(account.name)) return "nothing is stored yet"
    const {
      bytes: size,
      closedRows,
      openRows,
    } = yield* Effect.provide(
      Effect.flatMap(EventStore, (opened) => opened.size),
      StoreFile.layer(account),
    )
    return `${plural(openRows + closedRows, "event")}, ${bytes(size)}`
  })

export const doctor = Command.make("doctor", { account: shared.account }, ({ account }) =>
  Effect.gen(function* () {
    const found = yield* settings(account)
    const server = yield* Effect.either(probe(found))
    const unchecked: Check = { name: "token and status_log", result: null }
    const vendor = Effect.gen(function* () {
      const first = yield* check("token, from this address", token)
      return first.result !== null && Either.isRight(first.result)
        ? [first, yield* check("status_log", statusLog)]
        : [first]
    })
    const checks: ReadonlyArray<Check> = [
      { name: "credentials", result: Either.right(`from ${found.source}`) },
      {
        name: "base URL",
        result: Either.map(server, ({ status }) => `${found.baseUrl} answers (HTTP ${status})`),
      },
      Either.isRight(server) && server.right.serverTime !== null
        ? yield* check("clock", clock(server.right.serverTime))
        : { name: "clock", result: null },
      // A cached token would not test the password.
      ...(Either.isRight(server) ? yield* Effect.provide(vendor, connect(found, { keepToken: false })) : [unchecked]),
    ]
    const storeCheck = yield* check("store", store(found))
    const style = yield* outputStyle
    yield* print(
      [...checks, storeCheck].map(({ name, result }) =>
        result === null
          ? `${ink(style, "dim", "–")} ${name}: not checked`
          : Either.match(result, {
              onLeft: ({ message }) => `${ink(style, "red", "✗")} ${name}: ${printable(message)}`,
              onRight: (text) => `${ink(style, "green", "✓")} ${name}: ${text}`,
            }),
      ),
    )
    const failures = [...checks, storeCheck].flatMap(({ result }) =>
      result !== null && Either.isLeft(result) ? [result.left] : [],
    )
    // ContactNow's refusals decide the exit code before local errors.
    const first = failures.find((error) => error instanceof ContactNowError) ?? failures[0]
    if (first !== undefined) yield* first
  }),
).pipe(
  Command.withDescription(
    help(
      "Checks credentials, base URL, clock, token (and with it this machine's address), status_log and the local store, and says what to do.",
      [
        ["dwell doctor", "when something does not work"],
        ["dwell doctor --account london", "the same for one of several accounts"],
      ],
    ),
  ),
)
