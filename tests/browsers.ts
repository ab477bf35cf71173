/** How Debian's browsers are started; CHROMIUM and FIREFOX name others. */
import puppeteer, { type Browser, type LaunchOptions } from "puppeteer-core";

const launches: Record<"chrome" | "firefox", LaunchOptions> = {
  chrome: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", // root has none
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
  firefox: { executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr" },
};

export function launch(browser: keyof typeof launches): Promise<Browser> {
  return puppeteer.launch({ browser, ...launches[browser] });
}
