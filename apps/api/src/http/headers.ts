/**
 * The headers that every answer has: what browsers may do with it, and the id of the request.
 *
 * Cost     a header that an answer is made with is nearly free; one that is set on it afterwards takes a microsecond or
 *          two, and there are a dozen. What is answered again and again is made with all of them; the others get them at
 *          the end
 */

type Fields = Readonly<Record<string, string>>

/** What is no page opens nothing. */
const ofAnswers: Fields = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
}

/** A picture that is opened by itself has its own styles. */
const ofPictures: Fields = {
  ...ofAnswers,
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}

const ofPages: Fields = {
  ...ofAnswers,
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Origin-Agent-Cluster": "?1",
}

/** What every answer of a type has. */
const headersOf = (type: string | null, requestId: string): Fields => ({
  ...(type?.startsWith("text/html") === true ? ofPages : type === "image/svg+xml" ? ofPictures : ofAnswers),
  "X-Request-Id": requestId,
})

const whole = new WeakSet<Response>()

/** Whether an answer was made with all its headers. */
export const hasAllHeaders = (response: Response): boolean => whole.has(response)

interface Init {
  readonly status: number
  /** Of the body, or of what it would be where it is left out. */
  readonly type: string
  readonly requestId: string
  readonly headers: Fields
}

/** Makes an answer with all its headers, the given ones among them. */
export const respond = (body: Uint8Array<ArrayBuffer> | null, { headers, requestId, status, type }: Init): Response => {
  const response = new Response(body, { status, headers: { ...headersOf(type, requestId), ...headers } })
  whole.add(response)
  return response
}

/** Gives an answer the headers that it has not. */
export const addHeaders = (response: Response, requestId: string): void => {
  if (hasAllHeaders(response)) return
  const there = response.headers
  for (const [name, value] of Object.entries(headersOf(there.get("content-type"), requestId))) {
    if (!there.has(name)) there.set(name, value)
  }
}
