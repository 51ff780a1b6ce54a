// The agent wire and sentpulse.v1: generated messages, and the byte strings that signatures cover.
export * from '../gen/muster/agent/v1/agent_pb.ts';
export * as sentpulse from '../gen/sentpulse/v1/pulse_pb.ts';
export * from './domains.ts';
