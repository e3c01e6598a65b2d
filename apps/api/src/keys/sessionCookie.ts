/** The cookie that a browser keeps a session's key in. */
export const sessionCookie = "dwell_session"
