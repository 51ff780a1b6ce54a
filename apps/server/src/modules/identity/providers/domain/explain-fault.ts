/** What goes wrong on the way to another machine, as somebody can mend it. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused): check address and port',
  ConnectionRefused: 'nothing listens there (connection refused): check address and port',
  ENOTFOUND: 'there is no such name in the DNS: check the address',
  EAI_AGAIN: 'the DNS does not answer',
  EHOSTUNREACH: 'there is no way to that machine',
  ECONNRESET: 'it hung up: is that the right port, and does it speak TLS?',
  ConnectionClosed: 'it hung up: is that the right port, and does it speak TLS?',
  ETIMEDOUT: 'it did not answer in time',
  TimeoutError: 'it did not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by itself: put that certificate into certificateAuthority',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is signed by an authority that is not trusted: put that into certificateAuthority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that is not trusted: put that into certificateAuthority',
  UNABLE_TO_GET_ISSUER_CERT:
    'its certificate is signed by an authority that is not trusted: put that into certificateAuthority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that is not trusted: put that into certificateAuthority',
  CERT_SIGNATURE_FAILURE:
    'its certificate was signed by another authority of that name: check certificateAuthority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: use the name that stands in it',
};

/** Why something failed, from the innermost cause that says more than “failed”. */
export function explainFault(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    const code = 'code' in one ? String(one.code) : one.name;
    const sentence = SENTENCES[code] ?? SENTENCES[one.message] ?? SENTENCES[one.name];
    if (sentence) return sentence;
    if (!(one.cause instanceof Error)) return one.message;
  }
  return String(error);
}
