import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the API. */
const api = process.env.SKYEWORX_API ?? "http://127.0.0.1:4801";

export default defineConfig(({ command }) => {
	// Whoever builds, also a test that starts the product: what is built is for people, not for debugging React.
	if (command === "build") process.env.NODE_ENV = "production";
	return {
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
	};
});
