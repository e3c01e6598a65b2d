/**
 * Answers taken word for word from the fixtures.
 *
 * Shape    an XML body that declares ISO-8859-1 is sent in ISO-8859-1, any other body in UTF-8
 * Fails    RangeError for an id that is not among the fixtures
 */
import file from "../fixtures/contactnow.json" with { type: "json" }
import type { Script } from "./faults.ts"
import { type Reply, TYPES, whole } from "./reply.ts"

const HTML = "text/html"

/** The script a path asks for; whatever comes before it is the base address's business. */
export const scriptOf = (path: string): Script | undefined => {
  const name = /(?:^|\/)(token|database|reporting)\.php$/.exec(path)?.[1]
  return name === "token" || name === "database" || name === "reporting" ? name : undefined
}

const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff)

/** A fixture's response, and the script it answers. */
export const replayOf = (id: string): { readonly script: Script | undefined; readonly reply: Reply } => {
  const fixture = file.fixtures.find((one) => one.id === id)
  if (fixture === undefined) throw new RangeError(`no fixture has the id ${id}`)
  const { http_status, format, body, content_type } = fixture.response
  const usual = format === "none" ? undefined : format === "html" ? HTML : TYPES[format]
  return {
    script: scriptOf(fixture.request.path),
    reply: whole(http_status, content_type ?? usual, /^<\?xml[^>]*ISO-8859-1/i.test(body) ? latin1(body) : body),
  }
}
