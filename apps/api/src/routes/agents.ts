import {
  type AgentDocument,
  AgentNames as NamesBody,
  type AgentsDocument,
  type StoredNames,
  type operations,
} from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { ApiError } from "../http/problem.ts"
import { type RequestContext, cached, serialize } from "../account/cachedResponse.ts"
import { json } from "../http/body.ts"
import { snapshot } from "../account/LiveFeed.ts"
import { AgentNames } from "../account/AgentNames.ts"
import { knownUntil } from "../account/knownUntil.ts"
import { AccountSettings } from "../account/AccountSettings.ts"

type Agent = (typeof AgentsDocument.Type)["agents"][number]

/** Who has an event or a name. */
const allAgents = Effect.gen(function* () {
  const store = yield* EventStore
  const names = yield* (yield* AgentNames).all
  const seen = new Map((yield* store.agents).map((each) => [each.agent, each]))
  return [...new Set([...seen.keys(), ...names.keys()])]
    .toSorted((one, other) => one - other)
    .map((agent): Agent => {
      const { name = null, team = null } = names.get(agent) ?? {}
      const { first = null, last = null } = seen.get(agent) ?? {}
      return { agent, name, team, first, last }
    })
})

const columns: ReportRows.Columns<Agent> = {
  agent: ({ agent }) => agent,
  name: ({ name }) => name,
  team: ({ team }) => team,
  first: ({ first }) => first,
  last: ({ last }) => last,
}

export const getAgents = (context: RequestContext<typeof operations.getAgents.query.Type>) =>
  Effect.gen(function* () {
    const known = yield* knownUntil
    const make = Effect.map(allAgents, (agents) => {
      const document: typeof AgentsDocument.Type = { asOf: known, agents }
      return serialize(context.media, document, () => ReportRows.of(columns, agents))
    })
    const cacheKey = { key: JSON.stringify({ known }), to: Infinity, isTimeInvariant: false, immutableFrom: Infinity }
    return yield* cached(context, cacheKey, make)
  })

const noSuchAgent = (text: string) =>
  new ApiError({
    code: "not_found",
    detail: `agent: nothing is known of ${JSON.stringify(text.slice(0, 20))}. /agents lists who is known.`,
  })

export const getAgent = (context: RequestContext<typeof operations.getAgent.query.Type>) =>
  Effect.gen(function* () {
    const text = new URL(context.request.url).pathname.split("/").at(-1) ?? ""
    const id = /^\d{1,16}$/.test(text) ? Number(text) : NaN
    if (!Number.isSafeInteger(id)) return yield* noSuchAgent(text)
    const known = yield* knownUntil
    const { zone } = yield* AccountSettings
    const make = Effect.gen(function* () {
      const found = (yield* allAgents).find(({ agent }) => agent === id)
      if (found === undefined) return yield* noSuchAgent(text)
      const standing = (yield* snapshot(zone, [id]))?.agents[0] ?? null
      const document: typeof AgentDocument.Type = { asOf: known, ...found, standing }
      return JSON.stringify(document)
    })
    const cacheKey = {
      key: JSON.stringify({ id, known }),
      to: Infinity,
      isTimeInvariant: false,
      immutableFrom: Infinity,
    }
    return yield* cached(context, cacheKey, make)
  })

export const putAgents = (context: RequestContext<typeof operations.putAgents.query.Type>) =>
  Effect.gen(function* () {
    const { agents } = yield* json(context.request, NamesBody, (yield* AccountSettings).bodyIdleTimeoutSeconds)
    const names = yield* AgentNames
    const changed = yield* names.put(new Map(agents.map(({ agent, name, team }) => [agent, { name, team }])))
    const kept: typeof StoredNames.Type = { changed }
    return Response.json(kept)
  })
