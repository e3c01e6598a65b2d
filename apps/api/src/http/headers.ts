/**
 * The headers of every response: what browsers may do with it, and the id of the request.
 *
 * Cost     a header given to the constructor is nearly free; one that is set afterwards takes a microsecond or two, and there
 *          are a dozen. Frequent responses are made with all headers; the others get them at the end
 */

type Fields = Readonly<Record<string, string>>

/** A response that is not a page may load nothing. */
const ofAnswers: Fields = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
}

/** A chart that is opened by itself has inline styles. */
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

/** The headers of every response of a media type. */
const headersOf = (type: string | null, requestId: string): Fields => ({
  ...(type?.startsWith("text/html") === true ? ofPages : type === "image/svg+xml" ? ofPictures : ofAnswers),
  "X-Request-Id": requestId,
})

const whole = new WeakSet<Response>()

/** Whether a response was made with all its headers. */
export const hasAllHeaders = (response: Response): boolean => whole.has(response)

interface Init {
  readonly status: number
  /** The media type of the body, even if the body is left out. */
  readonly type: string
  readonly requestId: string
  readonly headers: Fields
}

/** Makes a response with all its headers, including the given ones. */
export const respond = (body: Uint8Array<ArrayBuffer> | null, { headers, requestId, status, type }: Init): Response => {
  const response = new Response(body, { status, headers: { ...headersOf(type, requestId), ...headers } })
  whole.add(response)
  return response
}

/** Adds the headers that a response lacks. */
export const addHeaders = (response: Response, requestId: string): void => {
  if (hasAllHeaders(response)) return
  const there = response.headers
  for (const [name, value] of Object.entries(headersOf(there.get("content-type"), requestId))) {
    if (!there.has(name)) there.set(name, value)
  }
}
