/**
 * The routes of an account: what answers with its store at hand, in a Durable Object or in a process of Node.
 *
 * Shape    each operation of the contract once. Who asks, and for which account, was seen to before; what a key may do is
 *          seen to here
 */
import { type Format, formats, type Operation, type OperationId, operations, type Scope } from "@dwell/client/contract"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Schema from "effect/Schema"
import { Hono, type MiddlewareHandler } from "hono"
import { describeRoute } from "hono-openapi"
import { type CallerContext, has } from "../keys/Caller.ts"
import { mediaTypeError } from "../http/body.ts"
import { describe } from "../openapi/describe.ts"
import { noSuchRoute, methodNotAllowed, ApiError, apiErrorOf, response } from "../http/problem.ts"
import { validQuery } from "../http/query.ts"
import { fields, rateLimited } from "../http/rateLimit.ts"
import { type RequestContext, conditional, mediaFor } from "../account/cachedResponse.ts"
import type { AccountRuntime, Services } from "../account/AccountRuntime.ts"
import { getAgent, getAgents, putAgents } from "./agents.ts"
import { getAt, getSnapshot } from "./statusAt.ts"
import { getCoverage } from "./coverage.ts"
import { getEvents } from "./events.ts"
import { postEvents, headerError as refusalOfEvents } from "./ingest.ts"
import { getIntervals } from "./intervals.ts"
import { getLive } from "./live.ts"
import { getStaffingChart, getTimelineChart } from "./charts.ts"
import { getReport } from "./report.ts"
import { getSessions } from "./sessions.ts"
import { getStaffing } from "./staffing.ts"
import { getWallboard } from "./wallboard.ts"
import { postSync } from "./sync.ts"
import { AccountSettings } from "../account/AccountSettings.ts"

interface Bindings extends AccountRuntime, CallerContext {}

interface Env {
  Bindings: Bindings
}

type Handle<Query> = (context: RequestContext<Query>) => Effect.Effect<Response, unknown, Services>

/** So long at most. What is computed at a stretch is not cut short, and told to have been too long when it is done. */
const withTimeout = (effect: Effect.Effect<Response, unknown, Services>) =>
  Effect.gen(function* () {
    const { answerTimeoutSeconds } = yield* AccountSettings
    const tooLong = new ApiError({
      code: "timeout",
      detail: `The answer took longer than ${answerTimeoutSeconds} s. Ask for less at once.`,
    })
    const timed = Effect.timeoutFail(effect, { duration: `${answerTimeoutSeconds} seconds`, onTimeout: () => tooLong })
    const [took, answer] = yield* Effect.timed(timed)
    if (Duration.toSeconds(took) <= answerTimeoutSeconds) return answer
    // Nobody will read it: what is live would go on for ever.
    yield* Effect.promise(async () => answer.body?.cancel())
    return yield* tooLong
  })

/** How the answer shall be written, if the query says so. */
const formatIn = (query: object): Format | undefined =>
  "format" in query ? formats.find((format) => format === query.format) : undefined

/** What makes two requests the same. */
const addressOf = ({ headers, url }: Request): string => `${url} ${headers.get("accept") ?? ""}`

const isReading = ({ method }: Request): boolean => method === "GET" || method === "HEAD"

/** The page of an account; the front puts it at `/`. */
const wallboardPath = "/v1/accounts/:account/wallboard"

/** Runs a handler; a failure becomes a problem document. */
const send = async (
  { observe, run }: Pick<AccountRuntime, "observe" | "run">,
  requestId: string,
  effect: Effect.Effect<Response, unknown, Services>,
  signal: AbortSignal,
): Promise<Response> => {
  const exit = await run(effect, signal)
  if (Exit.isSuccess(exit)) return exit.value
  // Not by the account's own runtime, which isn't there where its store can't be opened.
  return response(await observe(Effect.annotateLogs(apiErrorOf(exit.cause), { requestId })), requestId)
}

/** Lets pass whose key has a scope. */
const requireScope =
  (scope: Scope): MiddlewareHandler<Env> =>
  async ({ env: { caller, requestId } }, next) => {
    if (has(caller, scope)) return next()
    const detail = `This needs a key with the scope ${scope}; the one given has ${caller.scopes.join(", ")}.`
    return response(new ApiError({ code: "forbidden", detail }), requestId)
  }

/** Makes the routes; where an account lives comes with each request. */
export const make = () => {
  const app = new Hono<Env>()

  app.use(async (c, next) => {
    const { cache, caller, limit, requestId } = c.env
    const known = c.env.known()
    // What was answered to this very request, and still holds, needs neither to be understood nor to be computed again.
    const held =
      known !== undefined && isReading(c.req.raw) && has(caller, "read") ? cache.get(addressOf(c.req.raw)) : undefined
    if (held === undefined || known === undefined) return next()
    const state = limit(caller.rateLimitKey)
    return state.isAllowed ? conditional(c.req.raw, held, known, requestId, fields(state)) : next()
  })

  app.use(
    rateLimited<Env>(
      ({ env: { caller, limit } }) => limit(caller.rateLimitKey),
      ({ env: { requestId } }) => requestId,
    ),
  )

  const serve = <Query extends object, Encoded>(
    id: OperationId,
    operation: Operation & { readonly query: Schema.Schema<Query, Encoded> },
    handle: Handle<Query>,
    refuses: (request: Request) => ApiError | undefined = () => undefined,
  ) => {
    app.on(
      operation.method.toUpperCase(),
      operation.path,
      describeRoute(describe(id, operation)),
      requireScope(operation.scope),
      validQuery(operation.query),
      // A body that is refused makes no account.
      (c, next) => {
        const refusal = refuses(c.req.raw)
        return refusal === undefined ? next() : Promise.resolve(response(refusal, c.env.requestId))
      },
      async (c) => {
        const { account, cache, caller, requestId } = c.env
        const parsed: Query = c.req.valid("query")
        const request = c.req.raw
        const effect = Effect.gen(function* () {
          const media =
            operation.media.length === 1
              ? operation.media[0]
              : yield* mediaFor(operation.media, formatIn(parsed), request.headers.get("accept"))
          return yield* handle({
            account,
            caller,
            requestId,
            operation: id,
            query: parsed,
            request,
            media,
            version: cache.version(),
            address: addressOf(request),
          })
        })
        const isLong = operation.method === "post"
        const timed = isLong ? effect : withTimeout(effect)
        return send(c.env, requestId, Effect.withSpan(timed, id, { attributes: { requestId } }), request.signal)
      },
    )
  }

  serve("getReport", operations.getReport, getReport)
  serve("getIntervals", operations.getIntervals, getIntervals)
  serve("getSessions", operations.getSessions, getSessions)
  serve("getStaffing", operations.getStaffing, getStaffing)
  serve("getEvents", operations.getEvents, getEvents)
  serve("getAgents", operations.getAgents, getAgents)
  serve("getAgent", operations.getAgent, getAgent)
  serve("getSnapshot", operations.getSnapshot, getSnapshot)
  serve("getAt", operations.getAt, getAt)
  serve("getCoverage", operations.getCoverage, getCoverage)
  serve("getLive", operations.getLive, getLive)
  serve("getTimelinePicture", operations.getTimelinePicture, getTimelineChart)
  serve("getStaffingPicture", operations.getStaffingPicture, getStaffingChart)
  serve("postEvents", operations.postEvents, postEvents, refusalOfEvents)
  serve("putAgents", operations.putAgents, putAgents, (request) => mediaTypeError(request, "application/json"))
  serve("postSync", operations.postSync, postSync)

  app.get(wallboardPath, requireScope("read"), async (c) => {
    const { account, requestId } = c.env
    const effect = withTimeout(getWallboard(c.req.raw, account))
    return send(
      c.env,
      requestId,
      Effect.withSpan(effect, "getWallboard", { attributes: { requestId } }),
      c.req.raw.signal,
    )
  })

  const methodsOf = Map.groupBy(Object.values(operations), ({ path }) => path)
  for (const [path, there] of methodsOf) {
    const methods = there
      .flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))
      .join(", ")
    app.all(path, (c) => response(methodNotAllowed(methods), c.env.requestId))
  }
  app.notFound((c) => response(noSuchRoute, c.env.requestId))
  // A bug is the front's to tell.
  app.onError((error) => {
    throw error
  })
  return app
}
