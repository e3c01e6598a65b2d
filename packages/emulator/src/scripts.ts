/**
 * What each script answers.
 *
 * Fails    `BadArgument` for an argument the vendor would refuse
 * Source   docs/contactnow.md sections 2, 3, 5. A token is looked at before any other argument: our choice.
 */
import {
  addressArgument,
  agentArgument,
  type Arguments,
  filterArgument,
  oneOf,
  rangeArgument,
  timeArgument,
  uidArgument,
  BadArgument,
} from "./arguments.ts"
import type { Centre, Query, Row } from "./centre.ts"
import type { FaultKind, Script } from "./faults.ts"
import { type Fields, type Format, list, plain, refusal, type Reply } from "./reply.ts"
import type { Tokens } from "./tokens.ts"

/** What the scripts work on. */
export interface Site {
  readonly centre: Centre
  readonly clock: () => number
  readonly username: string
  readonly password: string
  readonly tokens: Tokens
}

/** Entries an unfiltered agents list has besides the agents. */
const BESIDES = [
  { agentid: 999, name: "Deleted" },
  { agentid: 505050, name: "PBX" },
] as const

const FIRST_TEAM = 3001
const CALLS_FIELDS = new Set(["aid", "anm", "tid", "tnm"])

const token = (site: Site, args: Arguments, format: Format, address: string): Reply => {
  if (oneOf(args, "action", "get", "validate") === "validate") {
    const { verdict, expire } = site.tokens.check(args.get("token"), address)
    if (verdict === "good") return plain(format, { success: true, expire })
    return verdict === "expired" ? refusal(format, "Expired token", -1) : refusal(format, "Invalid token")
  }
  if (args.get("username") !== site.username || args.get("password") !== site.password)
    return refusal(format, "Authentication failure")
  const got = site.tokens.get(addressArgument(args) ?? [address])
  return plain(format, { success: true, token: got.token, expire: got.expire })
}

const fieldsOf = (row: Row): Fields => ({
  uid: String(row.uid),
  uts: String(row.uts),
  agent: String(row.agent),
  status: row.status,
  subcode: row.subcode,
  callid: String(row.callid),
})

const statusLog = (site: Site, args: Arguments, format: Format, lie: boolean): Reply => {
  const tstart = timeArgument(args, "tstart")
  const tstop = timeArgument(args, "tstop")
  const agents = agentArgument(args)
  const query: Query = {
    ...uidArgument(args),
    ...(tstart === undefined ? {} : { tstart }),
    ...(tstop === undefined ? {} : { tstop }),
    ...(agents === undefined ? {} : { agents }),
    // Fixed here, so that the rows counted and the rows sent later are the same.
    recordedBy: site.clock(),
  }
  const total = site.centre.count(query)
  const length = lie ? total - Math.ceil(total / 10) : total
  return list(format, "status_log", total, length, function* () {
    for (const row of site.centre.select(query)) yield fieldsOf(row)
  })
}

const agents = (site: Site, args: Arguments, format: Format): Reply => {
  const without = filterArgument(args)
  const only = agentArgument(args)
  const rows = [...site.centre.agents, ...BESIDES]
    .filter(({ agentid }) => without?.has(agentid) !== true && only?.has(agentid) !== false)
    .map(({ agentid, name }) => ({ agentid: String(agentid), name }))
  return list(format, "agents", rows.length, rows.length, () => rows)
}

const calls = (site: Site, args: Arguments, format: Format): Reply => {
  const fields = (args.get("fields") ?? "").split(",").map((field) => field.trim())
  if (!fields.every((field) => CALLS_FIELDS.has(field))) throw new BadArgument("fields")
  const range = rangeArgument(args)
  oneOf(args, "groupby", "aid")
  const callers = new Set<number>()
  for (const row of site.centre.select({ ...range, recordedBy: site.clock() }))
    if (row.callid !== 0n) callers.add(row.agent)
  const teams = [...new Set(site.centre.agents.map(({ team }) => team))]
  const rowOf = (aid: string, anm: string | null, tid: string, tnm: string | null): Fields => {
    const values = Object.entries({ aid, anm, tid, tnm }).filter(([field]) => fields.includes(field))
    // The vendor's sample has the centre's id and name although nobody asked.
    return { ccid: "42", ccnm: "DemoCentre", ...Object.fromEntries(values) }
  }
  const rows = site.centre.agents
    .filter(({ agentid }) => callers.has(agentid))
    .map(({ agentid, name, team }) => rowOf(String(agentid), name, String(FIRST_TEAM + teams.indexOf(team)), team))
  // Agent 0 stands for the calls nobody answered.
  if (rows.length > 0) rows.push(rowOf("0", null, "0", null))
  return list(format, "calls", rows.length, rows.length, () => rows)
}

/** Answers a request; `fault` is looked at for `expiredToken`, `wrongAddress` and `totalLie` only. */
export const answer = (
  site: Site,
  script: Script,
  args: Arguments,
  format: Format,
  address: string,
  fault: FaultKind | undefined,
): Reply => {
  if (script === "token") return token(site, args, format, address)
  const given = args.get("token")
  if (fault === "expiredToken") {
    site.tokens.forget(given)
    return refusal(format, "Expired token", -1)
  }
  const { verdict } = site.tokens.check(given, address)
  if (verdict === "missing" || verdict === "elsewhere" || fault === "wrongAddress")
    return refusal(format, "Invalid token")
  if (verdict === "unknown") return refusal(format, "Unknown token")
  if (verdict === "expired") return refusal(format, "Expired token", -1)
  if (script === "reporting") {
    oneOf(args, "method", "calls")
    return calls(site, args, format)
  }
  const method = oneOf(args, "method", "status_log", "agents")
  oneOf(args, "action", "read")
  return method === "agents" ? agents(site, args, format) : statusLog(site, args, format, fault === "totalLie")
}
