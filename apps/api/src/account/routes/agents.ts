import {
  type AgentDocument,
  AgentNames,
  type AgentsDocument,
  type NamesKept,
  type operations,
} from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { Refusal } from "../../problem.ts"
import { type Ask, whole } from "../answer.ts"
import { json } from "../../body.ts"
import { snapshot } from "../Live.ts"
import { Names } from "../Names.ts"
import { asOf } from "../question.ts"
import { Settings } from "../Settings.ts"
import { written } from "../written.ts"

type Agent = (typeof AgentsDocument.Type)["agents"][number]

/** Who has an event or a name. */
const everyone = Effect.gen(function* () {
  const store = yield* EventStore
  const names = yield* (yield* Names).all
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

export const getAgents = (ask: Ask<typeof operations.getAgents.query.Type>) =>
  Effect.gen(function* () {
    const known = yield* asOf
    const make = Effect.map(everyone, (agents) => {
      const document: typeof AgentsDocument.Type = { asOf: known, agents }
      return written(ask.media, document, () => ReportRows.of(columns, agents))
    })
    const ground = { key: JSON.stringify({ known }), to: Infinity, isTimeless: false, closedFrom: Infinity }
    return yield* whole(ask, ground, make)
  })

const missing = (text: string) =>
  new Refusal({
    code: "not_found",
    detail: `agent: nothing is known of ${JSON.stringify(text.slice(0, 20))}. /agents lists who is known.`,
  })

export const getAgent = (ask: Ask<typeof operations.getAgent.query.Type>) =>
  Effect.gen(function* () {
    const text = new URL(ask.request.url).pathname.split("/").at(-1) ?? ""
    const id = /^\d{1,16}$/.test(text) ? Number(text) : NaN
    if (!Number.isSafeInteger(id)) return yield* missing(text)
    const known = yield* asOf
    const { zone } = yield* Settings
    const make = Effect.gen(function* () {
      const found = (yield* everyone).find(({ agent }) => agent === id)
      if (found === undefined) return yield* missing(text)
      const standing = (yield* snapshot(zone, [id]))?.agents[0] ?? null
      const document: typeof AgentDocument.Type = { asOf: known, ...found, standing }
      return JSON.stringify(document)
    })
    const ground = { key: JSON.stringify({ id, known }), to: Infinity, isTimeless: false, closedFrom: Infinity }
    return yield* whole(ask, ground, make)
  })

export const putAgents = (ask: Ask<typeof operations.putAgents.query.Type>) =>
  Effect.gen(function* () {
    const { agents } = yield* json(ask.request, AgentNames, (yield* Settings).bodySilenceSeconds)
    const names = yield* Names
    const changed = yield* names.put(new Map(agents.map(({ agent, name, team }) => [agent, { name, team }])))
    const kept: typeof NamesKept.Type = { changed }
    return Response.json(kept)
  })
