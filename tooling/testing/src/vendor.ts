/** Rows of the vendor's log. */
import type { Row } from "@dwell/emulator"

/** A row with ordinary values where the test does not care. */
export const row = (given: Partial<Row>): Row => ({
  uid: 1n,
  uts: 0,
  agent: 7,
  status: "available",
  subcode: "",
  callid: 0n,
  ...given,
})

/** Rows as the vendor's raw JSON has them: every value is a text. */
export const vendorJson = (rows: ReadonlyArray<Row>): string =>
  JSON.stringify({
    success: true,
    total: rows.length,
    list: rows.map(({ agent, callid, status, subcode, uid, uts }) => ({
      uid: String(uid),
      uts: String(uts),
      agent: String(agent),
      status,
      subcode,
      callid: String(callid),
    })),
  })
