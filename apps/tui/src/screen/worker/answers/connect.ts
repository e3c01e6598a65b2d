/**
 * Connects an account: tests it step by step, and stores it if every step succeeds.
 *
 * Shape    each answer has all steps; the one that has `stored` is the last, and the stream stays open
 * Fails    as the accounts file and the form's own fields do; a failure of the vendor is in the answer
 */
import * as Calendar from "@dwell/core/Calendar"
import type { ContactNowError } from "@dwell/core/ContactNowError"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Accounts from "../../../accounts/accounts.ts"
import { type UserError, toUsageError, type UsageError } from "../../../errors.ts"
import { agreementText, probe, countRecentRows, clockSkew, tokenExpiry } from "../../../accounts/connectivity.ts"
import { printable } from "@dwell/terminal/text"
import { plural } from "../../../format.ts"
import { addressesOf, optionalVariable, parseEndpoint, settings } from "../../../accounts/settings.ts"
import { connect as vendor } from "../../../accounts/connection.ts"
import type { ConnectQuestion } from "../protocol/question.ts"
import type { ConnectAnswer, ConnectStep } from "../protocol/answer.ts"
import { type Problem, problemOf, wrongClock } from "../protocol/problem.ts"
import type { Sessions } from "../sessions.ts"

type Failure = ContactNowError | UserError | UsageError

/** What a step found. */
interface StepResult extends Partial<Pick<ConnectAnswer, "stored" | "isUsable">> {
  readonly state: "done" | "waiting" | "failed"
  readonly text: string
  /** What is wrong, although the account can be stored. */
  readonly problem?: Problem
}

const done = (text: string): StepResult => ({ state: "done", text })

interface Step {
  readonly name: string
  readonly run: Effect.Effect<
    StepResult,
    Failure,
    FileSystem.FileSystem | HttpClient.HttpClient | Path.Path | Scope.Scope
  >
}

/** A failure as the form shows it: only a person tries again. */
const failureOf = (failure: Failure): Problem => {
  const { actor, title } = problemOf(failure)
  // Only commands need to say how to pass credentials; here they are in the form.
  const message = printable(failure.message)
  return { title, message, actor: actor === "none" ? "you" : actor, isRetried: false }
}

const hour = 3600

const rows = Effect.gen(function* () {
  const ofHour = yield* countRecentRows(hour)
  if (ofHour > 0) return done(`${plural(ofHour, "row")} in the last hour`)
  const ofDay = yield* countRecentRows(24 * hour)
  return done(ofDay > 0 ? `${plural(ofDay, "row")} in the last day` : "it answers, and has no rows in the last day")
})

/** The account that a form describes, merged with a stored one of that name. */
const accountOf = ({ account, password, region, timezone, username }: ConnectQuestion) =>
  Effect.gen(function* () {
    const name = yield* Accounts.parseName(account)
    const baseUrl = yield* Either.mapLeft(parseEndpoint(region), toUsageError)
    const zone = timezone === "" ? Option.none() : Option.some(timezone)
    const addresses = yield* Effect.flatMap(Effect.orDie(optionalVariable("DWELL_ADDRESS")), addressesOf)
    const given = {
      baseUrl,
      username: Redacted.make(username),
      password: Redacted.make(password),
      addresses,
      timezone: yield* Effect.transposeMapOption(zone, (text) => Either.mapLeft(Calendar.zone(text), toUsageError)),
    }
    return { name, account: Accounts.mergeAccount(Accounts.get(yield* Accounts.load, name), given) }
  })

/** The steps of a test. Sessions with older credentials are closed with the scope. */
const stepsOf = (sessions: Sessions, question: ConnectQuestion) =>
  Effect.gen(function* () {
    const { account, name } = yield* accountOf(question)
    const services = yield* Layer.build(vendor({ ...account, format: "json" }))
    let serverTime: number | null = null

    const answers = Effect.gen(function* () {
      const server = yield* probe(account)
      serverTime = server.serverTime
      return done(`${account.baseUrl} answers (HTTP ${server.status})`)
    })
    const clock = Effect.gen(function* () {
      if (serverTime === null)
        return { state: "waiting", text: "not checked: the server does not send the time" } as const
      const { isTolerated, seconds } = yield* clockSkew(serverTime)
      if (isTolerated) return done(agreementText(seconds))
      const problem = wrongClock(seconds)
      return { state: "failed", text: problem.title, problem } as const
    })
    const token = Effect.map(tokenExpiry, (expire) => done(`valid until ${new Date(expire * 1000).toISOString()}`))
    const stored = Effect.gen(function* () {
      yield* Accounts.store(name, account)
      const text = `as ${name} in ${yield* Accounts.file}, readable only by you`
      const found = yield* Effect.either(settings(Option.some(name)))
      if (Either.isLeft(found)) {
        const problem = {
          ...problemOf(found.left),
          title: "Stored, but can't be used here yet",
          isRetried: false,
        }
        return { ...done(text), stored: name, problem }
      }
      // The default account may have changed, too.
      for (const left of [name, null]) {
        const close = yield* sessions.leave({ kind: "account", name: left })
        yield* Effect.addFinalizer(() => close)
      }
      return { ...done(text), stored: name, isUsable: true }
    })
    const steps: ReadonlyArray<Step> = [
      { name: "Base URL", run: answers },
      { name: "Clock", run: clock },
      { name: "Token", run: Effect.provide(token, services) },
      { name: "status_log", run: Effect.provide(rows, services) },
      { name: "Stored", run: stored },
    ]
    return steps
  })

/** Runs one step after another, and reports each before and after; whether all succeeded. */
const walk = (steps: ReadonlyArray<Step>, tell: (answer: ConnectAnswer) => Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const past: Array<ConnectStep> = []
    let last: Omit<ConnectAnswer, "steps"> = { _tag: "connect", problem: null, stored: null, isUsable: false }
    const said = (next: "running" | "waiting") => {
      const rest = steps.slice(past.length)
      const waiting = rest.map(({ name }, index): ConnectStep => ({
        name,
        state: index === 0 ? next : "waiting",
        text: "",
      }))
      return tell({ ...last, steps: [...past, ...waiting] })
    }
    for (const { name, run } of steps) {
      yield* said("running")
      const found = yield* Effect.either(run)
      if (Either.isLeft(found)) {
        const problem = failureOf(found.left)
        past.push({ name, state: "failed", text: problem.title })
        last = { ...last, problem }
        yield* said("waiting")
        return false
      }
      const { state, text, ...more } = found.right
      past.push({ name, state, text })
      last = { ...last, ...more }
    }
    yield* said("waiting")
    return true
  })

/** Tests a connection for as long as the screen asks. */
export const connect = (sessions: Sessions, question: ConnectQuestion) =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const answers = yield* Mailbox.make<ConnectAnswer>()
      const steps = yield* stepsOf(sessions, question)
      const walking = Effect.flatMap(
        walk(steps, (answer) => answers.offer(answer)),
        (isDone) => (isDone ? Effect.void : answers.end),
      )
      yield* Effect.forkScoped(Effect.onError(walking, (cause) => answers.failCause(cause)))
      return Mailbox.toStream(answers)
    }),
  )
