export { NodeLink } from './node-link.ts'
export { NodeRelay, type NodeRelayOptions, type NodeRelayPorts, PING_INTERVAL_MS } from './node-relay.ts'
