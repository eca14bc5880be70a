/** The live stream of events: one WebSocket for the whole page, opened again when it breaks. */

/** CloudEvents 1.0 in JSON; `subject` is an EID, or the id of what the event is about. */
export interface LiveEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
}

export type StreamState = 'connecting' | 'live' | 'broken'

const PATH = '/v1/events/stream?types=*'
const PING_EVERY_MS = 30_000
/** Without an answer for so long the line is dead, whatever the browser believes. */
const SILENCE_MS = 75_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

const eventListeners = new Set<(event: LiveEvent) => void>()
const reconnectListeners = new Set<() => void>()
const stateListeners = new Set<() => void>()

let state: StreamState = 'connecting'
let close: (() => void) | undefined

export function onEvent(then: (event: LiveEvent) => void): () => void {
  eventListeners.add(then)
  return () => eventListeners.delete(then)
}

/** After a break events may have been missed: what is shown must be read again. */
export function onReconnect(then: () => void): () => void {
  reconnectListeners.add(then)
  return () => reconnectListeners.delete(then)
}

export function streamState(): StreamState {
  return state
}

export function onStreamState(then: () => void): () => void {
  stateListeners.add(then)
  return () => stateListeners.delete(then)
}

/** Opens the stream and keeps it open until `closeStream`. */
export function openStream(): void {
  close?.()
  close = keepOpen()
}

export function closeStream(): void {
  close?.()
  close = undefined
}

function become(next: StreamState): void {
  if (next === state) return
  state = next
  for (const tell of stateListeners) tell()
}

function keepOpen(): () => void {
  let socket: WebSocket | undefined
  let failures = 0
  let wasLive = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let ping: ReturnType<typeof setInterval> | undefined

  const connect = () => {
    const url = new URL(PATH, location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const opened = new WebSocket(url)
    let heardAt = Date.now()
    socket = opened
    opened.onopen = () => {
      failures = 0
      become('live')
      if (wasLive) for (const tell of reconnectListeners) tell()
      wasLive = true
      ping = setInterval(() => {
        if (Date.now() - heardAt > SILENCE_MS) opened.close()
        else opened.send('ping')
      }, PING_EVERY_MS)
    }
    opened.onmessage = ({ data }) => {
      heardAt = Date.now()
      if (data !== 'pong') tellEvent(String(data))
    }
    opened.onclose = () => {
      clearInterval(ping)
      become('broken')
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS)
      // Not all pages of all people at the same moment.
      retry = setTimeout(connect, pause * (0.5 + Math.random() / 2))
    }
  }
  const connectNow = () => {
    if (socket?.readyState !== WebSocket.CLOSED) return
    clearTimeout(retry)
    connect()
  }

  become('connecting')
  connect()
  addEventListener('online', connectNow)
  return () => {
    removeEventListener('online', connectNow)
    clearTimeout(retry)
    clearInterval(ping)
    if (!socket) return
    socket.onclose = null
    socket.close()
  }
}

function tellEvent(text: string): void {
  const event = JSON.parse(text) as LiveEvent
  for (const tell of eventListeners) tell(event)
}
