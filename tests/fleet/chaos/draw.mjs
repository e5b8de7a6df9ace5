// Random draws that come from a seed.

export function makeDraw(seed) {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    between: (low, high) => low + draw() * (high - low),
    oneOf: (list) => list[Math.floor(draw() * list.length)],
    /** One of the keys of `weights`, each as often as its weight says. */
    weighted(weights) {
      let rest = draw() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
      for (const [key, weight] of Object.entries(weights)) if ((rest -= weight) < 0) return key;
      return Object.keys(weights)[0];
    },
  };
}
