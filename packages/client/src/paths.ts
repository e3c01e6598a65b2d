/**
 * The paths of a Dwell API, apart from the rest of the contract: a gateway that only forwards requests needs no more.
 *
 * Shape    paths by operation id, as Hono writes them
 */

export const paths = {
  getReport: "/v1/accounts/:account/report",
  getIntervals: "/v1/accounts/:account/intervals",
  getSessions: "/v1/accounts/:account/sessions",
  getStaffing: "/v1/accounts/:account/staffing",
  getEvents: "/v1/accounts/:account/events",
  getAgents: "/v1/accounts/:account/agents",
  getAgent: "/v1/accounts/:account/agents/:agent",
  getSnapshot: "/v1/accounts/:account/snapshot",
  getAt: "/v1/accounts/:account/at",
  getCoverage: "/v1/accounts/:account/coverage",
  getLive: "/v1/accounts/:account/live",
  getTimelinePicture: "/v1/accounts/:account/timeline.svg",
  getStaffingPicture: "/v1/accounts/:account/staffing.svg",
  postEvents: "/v1/accounts/:account/events",
  putAgents: "/v1/accounts/:account/agents",
  postSync: "/v1/accounts/:account/sync",
} as const satisfies Record<string, `/v1/accounts/:account/${string}`>

/** The header with the instant up to which the log is known, in Unix seconds; absent if nothing is known. */
export const asOfHeader = "Dwell-As-Of"
