package sandbox

import "fmt"

// workflow is what a payload says about a graph: the graph itself and the overrides that the deployment applies.
type workflow struct {
	graph     []byte
	overrides []byte
}

// override makes an overrides object for one node, from names and values in turn.
func override(id string, inputs ...any) []byte {
	var g graph
	g.open(id, inputs)
	return append(g.buf, "}}"...)
}

// textToImage is the standard Stable Diffusion graph, with as many LoRAs in a row as asked for.
func textToImage(t taste, loras int) workflow {
	var g graph
	g.node("4", "CheckpointLoaderSimple", "Load Checkpoint", "ckpt_name",
		t.one("sd_xl_base_1.0.safetensors", "juggernautXL_v9.safetensors", "sd3.5_large_fp8_scaled.safetensors"))
	model, clip := ref{"4", 0}, ref{"4", 1}
	for i := range loras {
		id := fmt.Sprint(20 + i)
		weight := 0.4 + 0.1*float64(t.IntN(6))
		g.node(id, "LoraLoader", fmt.Sprintf("Load LoRA %d", i+1),
			"lora_name", t.one("film_grain_v2", "line_art_xl", "detail_tweaker_xl", "soft_light")+".safetensors",
			"strength_model", weight, "strength_clip", weight, "model", model, "clip", clip)
		model, clip = ref{id, 0}, ref{id, 1}
	}
	g.node("5", "EmptyLatentImage", "Empty Latent Image", "width", 1024, "height", 768+128*t.IntN(3), "batch_size", 1+t.IntN(4))
	g.node("6", "CLIPTextEncode", "Positive Prompt", "text", t.prompt(), "clip", clip)
	g.node("7", "CLIPTextEncode", "Negative Prompt", "text", t.negative(), "clip", clip)
	g.node("3", "KSampler", "KSampler", "seed", t.seed(), "steps", t.steps(), "cfg", 5.5,
		"sampler_name", t.one("euler", "dpmpp_2m", "uni_pc"), "scheduler", t.one("normal", "karras"), "denoise", 1,
		"model", model, "positive", ref{"6", 0}, "negative", ref{"7", 0}, "latent_image", ref{"5", 0})
	g.node("8", "VAEDecode", "VAE Decode", "samples", ref{"3", 0}, "vae", ref{"4", 2})
	g.node("9", "SaveImage", "Save Image", "filename_prefix", "ComfyUI", "images", ref{"8", 0})
	return workflow{g.bytes(), override("6", "text", t.prompt())}
}

// flux is the Flux graph with its own loaders and the custom sampler; group > 0 puts the sampling in a sub-graph.
func flux(t taste, group int) workflow {
	var g graph
	noise, guider, sampler := t.id(group, 25), t.id(group, 22), t.id(group, 13)
	g.node("12", "UNETLoader", "Load Diffusion Model", "unet_name",
		t.one("flux1-dev.safetensors", "flux1-dev-fp8.safetensors", "flux1-dev-kontext_fp8_scaled.safetensors"),
		"weight_dtype", "default")
	g.node("11", "DualCLIPLoader", "DualCLIPLoader", "clip_name1", "t5xxl_fp16.safetensors",
		"clip_name2", "clip_l.safetensors", "type", "flux")
	g.node("10", "VAELoader", "Load VAE", "vae_name", "ae.safetensors")
	g.node("6", "CLIPTextEncode", "Prompt", "text", t.prompt(), "clip", ref{"11", 0})
	g.node("26", "FluxGuidance", "FluxGuidance", "guidance", 3.5, "conditioning", ref{"6", 0})
	g.node("27", "EmptySD3LatentImage", "EmptySD3LatentImage", "width", 1024, "height", 1024+64*t.IntN(5), "batch_size", 1)
	g.node("30", "ModelSamplingFlux", "ModelSamplingFlux", "max_shift", 1.15, "base_shift", 0.5,
		"width", 1024, "height", 1024, "model", ref{"12", 0})
	g.node(noise, "RandomNoise", "RandomNoise", "noise_seed", t.seed())
	g.node(t.id(group, 16), "KSamplerSelect", "KSamplerSelect", "sampler_name", "euler")
	g.node(t.id(group, 17), "BasicScheduler", "BasicScheduler", "scheduler", "simple", "steps", t.steps(), "denoise", 1,
		"model", ref{"30", 0})
	g.node(guider, "BasicGuider", "BasicGuider", "model", ref{"30", 0}, "conditioning", ref{"26", 0})
	g.node(sampler, "SamplerCustomAdvanced", "SamplerCustomAdvanced", "noise", ref{noise, 0}, "guider", ref{guider, 0},
		"sampler", ref{t.id(group, 16), 0}, "sigmas", ref{t.id(group, 17), 0}, "latent_image", ref{"27", 0})
	g.node("8", "VAEDecode", "VAE Decode", "samples", ref{sampler, 0}, "vae", ref{"10", 0})
	g.node("9", "SaveImage", "Save Image", "filename_prefix", "flux", "images", ref{"8", 0})
	return workflow{g.bytes(), override(noise, "noise_seed", t.seed())}
}

// inpaint replaces the masked part of an image.
func inpaint(t taste) workflow {
	var g graph
	g.node("4", "CheckpointLoaderSimple", "Load Checkpoint", "ckpt_name", "sd_xl_base_1.0_inpainting_0.1.safetensors")
	g.node("10", "LoadImage", "Image and mask", "image", "input.png", "upload", "image")
	g.node("11", "GrowMask", "GrowMask", "expand", 6+t.IntN(12), "tapered_corners", true, "mask", ref{"10", 1})
	g.node("6", "CLIPTextEncode", "Positive Prompt", "text", t.prompt(), "clip", ref{"4", 1})
	g.node("7", "CLIPTextEncode", "Negative Prompt", "text", t.negative(), "clip", ref{"4", 1})
	g.node("12", "InpaintModelConditioning", "InpaintModelConditioning", "positive", ref{"6", 0}, "negative", ref{"7", 0},
		"vae", ref{"4", 2}, "pixels", ref{"10", 0}, "mask", ref{"11", 0}, "noise_mask", true)
	g.node("13", "DifferentialDiffusion", "Differential Diffusion", "model", ref{"4", 0})
	g.node("3", "KSampler", "KSampler", "seed", t.seed(), "steps", t.steps(), "cfg", 7, "sampler_name", "dpmpp_2m",
		"scheduler", "karras", "denoise", 0.9, "model", ref{"13", 0}, "positive", ref{"12", 0}, "negative", ref{"12", 1},
		"latent_image", ref{"12", 2})
	g.node("8", "VAEDecode", "VAE Decode", "samples", ref{"3", 0}, "vae", ref{"4", 2})
	g.node("9", "SaveImage", "Save Image", "filename_prefix", "inpaint", "images", ref{"8", 0})
	return workflow{g.bytes(), override("10", "image", "https://example.com/input.png")}
}

// controlled follows the outlines or the depth of a reference image.
func controlled(t taste) workflow {
	var g graph
	g.node("4", "CheckpointLoaderSimple", "Load Checkpoint", "ckpt_name", "sd_xl_base_1.0.safetensors")
	g.node("10", "LoadImage", "Reference", "image", "room.jpg", "upload", "image")
	g.node("11", "Canny", "Canny", "low_threshold", 0.2, "high_threshold", 0.6, "image", ref{"10", 0})
	g.node("12", "ControlNetLoader", "Load ControlNet Model", "control_net_name",
		t.one("controlnet-canny-sdxl-1.0.safetensors", "controlnet-union-sdxl-1.0.safetensors"))
	g.node("6", "CLIPTextEncode", "Positive Prompt", "text", t.prompt(), "clip", ref{"4", 1})
	g.node("7", "CLIPTextEncode", "Negative Prompt", "text", t.negative(), "clip", ref{"4", 1})
	g.node("13", "ControlNetApplyAdvanced", "Apply ControlNet", "strength", 0.75, "start_percent", 0, "end_percent", 0.8,
		"positive", ref{"6", 0}, "negative", ref{"7", 0}, "control_net", ref{"12", 0}, "image", ref{"11", 0})
	g.node("5", "EmptyLatentImage", "Empty Latent Image", "width", 1216, "height", 832, "batch_size", 1+t.IntN(3))
	g.node("3", "KSampler", "KSampler", "seed", t.seed(), "steps", t.steps(), "cfg", 6, "sampler_name", "euler",
		"scheduler", "normal", "denoise", 1, "model", ref{"4", 0}, "positive", ref{"13", 0}, "negative", ref{"13", 1},
		"latent_image", ref{"5", 0})
	g.node("8", "VAEDecode", "VAE Decode", "samples", ref{"3", 0}, "vae", ref{"4", 2})
	g.node("9", "SaveImage", "Save Image", "filename_prefix", "controlnet", "images", ref{"8", 0})
	return workflow{g.bytes(), []byte(`{}`)}
}

// upscale enlarges an image with a model.
func upscale(t taste) workflow {
	var g graph
	g.node("1", "LoadImage", "Load Image", "image", "input.png", "upload", "image")
	g.node("2", "UpscaleModelLoader", "Load Upscale Model", "model_name",
		t.one("4x-UltraSharp.pth", "RealESRGAN_x4plus.pth", "4x_foolhardy_Remacri.pth"))
	g.node("3", "ImageUpscaleWithModel", "Upscale Image (using Model)", "upscale_model", ref{"2", 0}, "image", ref{"1", 0})
	g.node("4", "ImageScaleBy", "Upscale Image By", "upscale_method", "lanczos", "scale_by", 0.5, "image", ref{"3", 0})
	g.node("5", "SaveImage", "Save Image", "filename_prefix", "upscaled", "images", ref{"4", 0})
	return workflow{g.bytes(), override("4", "scale_by", 0.25*float64(1+t.IntN(4)))}
}
