/** What a key looks like: `dwell_ID_SECRET`, the id and the secret in hexadecimal digits. */
export const keyPattern = /^dwell_([0-9a-f]{16})_([0-9a-f]{64})$/

/** Whether a text looks like a key; be it one or not. */
export const isKey = (text: string): boolean => keyPattern.test(text)

/** The cookie that a browser keeps a session's key in. */
export const sessionCookie = "dwell_session"
