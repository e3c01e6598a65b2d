import type * as Documents from "./documents.ts"
type Value = string | number | boolean | null
export interface Column<Row> { readonly key: string; readonly value: (row: Row) => Value }
export interface Table<Row> { readonly columns: ReadonlyArray<Column<Row>>; readonly rows: ReadonlyArray<Row> }
export const csv = function* <Row>({ columns, rows }: Table<Row>): Generator<string> {
  yield columns.map(({ key }) => key).join(",")
  for (const row of rows) yield columns.map(({ value }) => String(value(row) ?? "")).join(",")
}
export const ndjson = function* <Row>({ columns, rows }: Table<Row>): Generator<string> {
  for (const row of rows) yield JSON.stringify(Object.fromEntries(columns.map(({ key, value }) => [key, value(row)])))
}
const agent = { key: "agent", value: (row: { readonly agent: number }) => row.agent }
export const ofReport = (d: Documents.Document, _: object) => ({ columns: [agent], rows: d.agents })
export const ofSessions = (d: Documents.SessionsDocument) => ({ columns: [agent], rows: d.sessions })
export const ofStaffing = (d: Documents.StaffingDocument) => ({ columns: [{ key: "start", value: (row: { readonly start: number }) => row.start }], rows: d.staffing })
export const ofAt = (d: Documents.AtDocument) => ({ columns: [agent], rows: d.agents })
