package sandbox

import "fmt"

// wan is Wan 2.2 video, from a first image or from text alone.
func wan(t taste, fromImage bool) workflow {
	var g graph
	g.node("37", "UNETLoader", "Load Diffusion Model", "unet_name",
		t.one("wan2.2_i2v_high_noise_14B_fp8_scaled.safetensors", "wan2.2_ti2v_5B_fp16.safetensors"), "weight_dtype", "default")
	g.node("38", "CLIPLoader", "Load CLIP", "clip_name", "umt5_xxl_fp8_e4m3fn_scaled.safetensors", "type", "wan",
		"device", "default")
	g.node("39", "VAELoader", "Load VAE", "vae_name", "wan_2.1_vae.safetensors")
	g.node("48", "ModelSamplingSD3", "ModelSamplingSD3", "shift", 8, "model", ref{"37", 0})
	g.node("6", "CLIPTextEncode", "Positive Prompt", "text", t.prompt()+", slow camera push in", "clip", ref{"38", 0})
	g.node("7", "CLIPTextEncode", "Negative Prompt", "text", "static, subtitles, worst quality, "+t.negative(), "clip", ref{"38", 0})
	latent := ref{"40", 0}
	positive, negative := ref{"6", 0}, ref{"7", 0}
	length := 16*(3+t.IntN(4)) + 1
	if fromImage {
		g.node("52", "LoadImage", "First frame", "image", "first-frame.png", "upload", "image")
		g.node("50", "WanImageToVideo", "WanImageToVideo", "width", 832, "height", 480, "length", length, "batch_size", 1,
			"positive", positive, "negative", negative, "vae", ref{"39", 0}, "start_image", ref{"52", 0})
		positive, negative, latent = ref{"50", 0}, ref{"50", 1}, ref{"50", 2}
	} else {
		g.node("40", "EmptyHunyuanLatentVideo", "Empty Latent Video", "width", 832, "height", 480, "length", length, "batch_size", 1)
	}
	g.node("3", "KSampler", "KSampler", "seed", t.seed(), "steps", t.steps(), "cfg", 3.5, "sampler_name", "uni_pc",
		"scheduler", "simple", "denoise", 1, "model", ref{"48", 0}, "positive", positive, "negative", negative,
		"latent_image", latent)
	g.node("8", "VAEDecode", "VAE Decode", "samples", ref{"3", 0}, "vae", ref{"39", 0})
	g.node("57", "CreateVideo", "Create Video", "fps", 16, "images", ref{"8", 0})
	g.node("58", "SaveVideo", "Save Video", "filename_prefix", "video/wan", "format", "auto", "codec", "auto", "video", ref{"57", 0})
	return workflow{g.bytes(), override("3", "seed", t.seed(), "steps", 20)}
}

// ltx is LTX video from text.
func ltx(t taste) workflow {
	var g graph
	g.node("44", "CheckpointLoaderSimple", "Load Checkpoint", "ckpt_name",
		t.one("ltx-video-2b-v0.9.5.safetensors", "ltxv-13b-0.9.7-distilled.safetensors"))
	g.node("38", "CLIPLoader", "Load CLIP", "clip_name", "t5xxl_fp16.safetensors", "type", "ltxv", "device", "default")
	g.node("6", "CLIPTextEncode", "Positive Prompt", "text", t.prompt()+", handheld camera", "clip", ref{"38", 0})
	g.node("7", "CLIPTextEncode", "Negative Prompt", "text", t.negative(), "clip", ref{"38", 0})
	g.node("69", "LTXVConditioning", "LTXVConditioning", "frame_rate", 25, "positive", ref{"6", 0}, "negative", ref{"7", 0})
	g.node("70", "EmptyLTXVLatentVideo", "EmptyLTXVLatentVideo", "width", 768, "height", 512, "length", 97, "batch_size", 1)
	g.node("71", "LTXVScheduler", "LTXVScheduler", "steps", t.steps(), "max_shift", 2.05, "base_shift", 0.95,
		"stretch", true, "terminal", 0.1, "latent", ref{"70", 0})
	g.node("73", "KSamplerSelect", "KSamplerSelect", "sampler_name", "euler")
	g.node("72", "SamplerCustom", "SamplerCustom", "add_noise", true, "noise_seed", t.seed(), "cfg", 3, "model", ref{"44", 0},
		"positive", ref{"69", 0}, "negative", ref{"69", 1}, "sampler", ref{"73", 0}, "sigmas", ref{"71", 0},
		"latent_image", ref{"70", 0})
	g.node("8", "VAEDecode", "VAE Decode", "samples", ref{"72", 0}, "vae", ref{"44", 2})
	g.node("41", "VHS_VideoCombine", "Video Combine", "frame_rate", 25, "loop_count", 0, "filename_prefix", "ltx",
		"format", "video/h264-mp4", "pingpong", false, "save_output", true, "images", ref{"8", 0})
	return workflow{g.bytes(), []byte(`{}`)}
}

// composite is a large graph of about 60 nodes: three views of one product, each in its own sub-graph with a ControlNet
// and a second pass, joined on one sheet.
func composite(t taste, views int) workflow {
	var g graph
	g.node("1", "CheckpointLoaderSimple", "Load Checkpoint", "ckpt_name", "sd_xl_base_1.0.safetensors")
	g.node("2", "ControlNetLoader", "Load ControlNet Model", "control_net_name", "controlnet-union-sdxl-1.0.safetensors")
	g.node("3", "UpscaleModelLoader", "Load Upscale Model", "model_name", "4x-UltraSharp.pth")
	g.node("4", "CLIPTextEncode", "Shared negative", "text", t.negative(), "clip", ref{"1", 1})
	sheet := ref{}
	for v := range views {
		last := compositeView(&g, t, 10*(v+1))
		if v == 0 {
			sheet = last
			continue
		}
		id := fmt.Sprint(90 + v)
		g.node(id, "ImageConcanate", fmt.Sprintf("Join view %d", v+1), "direction", "right", "match_image_size", true,
			"image1", sheet, "image2", last)
		sheet = ref{id, 0}
	}
	g.node("99", "SaveImage", "Save sheet", "filename_prefix", "sheet", "images", sheet)
	return workflow{g.bytes(), override("10:3", "text", t.prompt())}
}

// compositeView adds one view as the sub-graph of a group and returns its image.
func compositeView(g *graph, t taste, group int) ref {
	id := func(n int) string { return t.id(group, n) }
	out := func(n, output int) ref { return ref{id(n), output} }
	g.node(id(1), "LoadImage", "Reference", "image", fmt.Sprintf("view-%d.png", group), "upload", "image")
	g.node(id(2), "Canny", "Canny", "low_threshold", 0.15, "high_threshold", 0.5, "image", out(1, 0))
	g.node(id(3), "CLIPTextEncode", "Prompt", "text", t.prompt(), "clip", ref{"1", 1})
	g.node(id(4), "ControlNetApplyAdvanced", "Apply ControlNet", "strength", 0.8, "start_percent", 0, "end_percent", 0.85,
		"positive", out(3, 0), "negative", ref{"4", 0}, "control_net", ref{"2", 0}, "image", out(2, 0))
	g.node(id(5), "LoraLoaderModelOnly", "Load LoRA", "lora_name", "detail_tweaker_xl.safetensors", "strength_model", 0.6,
		"model", ref{"1", 0})
	g.node(id(6), "EmptyLatentImage", "Empty Latent Image", "width", 1024, "height", 1024, "batch_size", 1)
	g.node(id(7), "KSampler", "First pass", "seed", t.seed(), "steps", t.steps(), "cfg", 6, "sampler_name", "dpmpp_2m",
		"scheduler", "karras", "denoise", 1, "model", out(5, 0), "positive", out(4, 0), "negative", out(4, 1),
		"latent_image", out(6, 0))
	g.node(id(8), "LatentUpscaleBy", "Upscale Latent By", "upscale_method", "bislerp", "scale_by", 1.5, "samples", out(7, 0))
	g.node(id(9), "KSampler", "Second pass", "seed", t.seed(), "steps", 14, "cfg", 6, "sampler_name", "dpmpp_2m",
		"scheduler", "karras", "denoise", 0.45, "model", out(5, 0), "positive", out(4, 0), "negative", out(4, 1),
		"latent_image", out(8, 0))
	g.node(id(10), "VAEDecodeTiled", "VAE Decode (Tiled)", "tile_size", 512, "overlap", 64, "samples", out(9, 0), "vae", ref{"1", 2})
	g.node(id(11), "ImageUpscaleWithModel", "Upscale Image", "upscale_model", ref{"3", 0}, "image", out(10, 0))
	g.node(id(12), "ImageScale", "Fit", "upscale_method", "lanczos", "width", 2048, "height", 2048, "crop", "center",
		"image", out(11, 0))
	g.node(id(13), "PreviewImage", "Preview", "images", out(12, 0))
	return out(12, 0)
}
