/** Keeps the screen of a telephone on while it is the remote; where the browser can. */

export function stayAwake() {
  const ask = async () => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      await navigator.wakeLock.request("screen");
    } catch (refusal) {
      console.info("The screen may go dark.", refusal); // a low battery, say
    }
  };
  // The browser lets go whenever the page is out of sight.
  document.addEventListener("visibilitychange", () => void ask());
  void ask();
}
