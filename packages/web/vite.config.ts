import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the API. */
const api = process.env.SKYEWORX_API ?? "http://127.0.0.1:4801";

export default defineConfig({
	plugins: [react()],
	build: {
		outDir: "dist",
		target: "es2023",
		modulePreload: { polyfill: false },
		reportCompressedSize: true,
		// Files stay files: a strict content security policy allows no data: scripts or fonts.
		assetsInlineLimit: 0,
	},
	server: { host: "127.0.0.1", port: 4800, proxy: { "/api": { target: api, changeOrigin: false } } },
});
