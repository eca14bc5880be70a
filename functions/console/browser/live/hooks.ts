/** The live stream and the clock, for components. */
import { useEffect, useState } from 'hono/jsx/dom'
import { type LiveEvent, onEvent, onStreamState, type StreamState, streamState } from './stream.ts'

export function useStreamState(): StreamState {
  const [state, setState] = useState(streamState())
  useEffect(() => onStreamState(() => setState(streamState())), [])
  return state
}

/** Runs `then` for each event; the one given last counts. */
export function useEvents(then: (event: LiveEvent) => void): void {
  useEffect(() => onEvent(then))
}

/** Milliseconds since the epoch, renewed often enough for "3 min ago". */
export function useNow(stepMs = 15_000): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), stepMs)
    return () => clearInterval(tick)
  }, [stepMs])
  return now
}
