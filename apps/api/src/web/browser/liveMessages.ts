/**
 * What a stream says, read with plain checks: a schema library would weigh more than all the rest of the page.
 */
import * as Category from "@dwell/core/Category"
import type { AtDocument } from "@dwell/core/Report"
import type { Agent, Counts } from "../views/floorModel.ts"

/** What `snapshot` and `change` have in common; the agents are everyone, or those who changed. */
export interface LiveMessage extends Counts {
  readonly at: Pick<AtDocument["at"], "now">
  readonly agents: ReadonlyArray<Agent>
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null

const isNumber = (value: unknown): value is number => typeof value === "number"
const isText = (value: unknown): value is string => typeof value === "string"
const isNull = (value: unknown): value is null => value === null

const isCategory = (value: unknown): value is Category.Category => Category.categories.some((each) => each === value)

const agentOf = (value: unknown): Agent | undefined => {
  if (!isFields(value)) return undefined
  const { agent, category, name, since, status, visitSince } = value
  if (!isNumber(agent) || !(isText(name) || isNull(name)) || !(isText(status) || isNull(status))) return undefined
  if (!(isCategory(category) || isNull(category))) return undefined
  if (!(isNumber(since) || isNull(since)) || !(isNumber(visitSince) || isNull(visitSince))) return undefined
  return { agent, category, name, since, status, visitSince }
}

const countOf = (value: unknown): Counts["statuses"][number] | undefined => {
  if (!isFields(value)) return undefined
  const { agents, category, status } = value
  return isText(status) && isCategory(category) && isNumber(agents) ? { agents, category, status } : undefined
}

const allOf = <A>(value: unknown, of: (each: unknown) => A | undefined): ReadonlyArray<A> | undefined => {
  if (!Array.isArray(value)) return undefined
  const read = value.flatMap((each: unknown) => of(each) ?? [])
  return read.length === value.length ? read : undefined
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the data of an event; nothing where it is not what this page knows. */
export const decodeLiveMessage = (data: string): LiveMessage | undefined => {
  const value = jsonOf(data)
  if (!isFields(value) || !isFields(value["at"])) return undefined
  const { now } = value["at"]
  const { untracked } = value
  const agents = allOf(value["agents"], agentOf)
  const statuses = allOf(value["statuses"], countOf)
  if (!isNumber(now) || !isNumber(untracked) || agents === undefined || statuses === undefined) return undefined
  return { at: { now }, untracked, agents, statuses }
}
