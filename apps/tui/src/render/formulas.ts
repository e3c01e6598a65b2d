/**
 * What rates are made of, in words. No rate is shown without: trusted sources give some of these names opposite meanings.
 *
 * Source   docs/definitions.md, section "Categories and rates"
 */
import { type Document } from "@dwell/core/Report"

export const formulas = {
  occupancy: "occupancy = (handling + after call) / (handling + after call + available)",
  utilisation: "utilisation = (handling + after call) / logged in",
  availability: "availability = available / logged in",
  notReadyShare: "not ready = (idle + other) / logged in",
  averageHandleTime: "handle time = (handling + after call) / calls",
} as const satisfies Record<keyof Document["agents"][number]["rates"], string>
