//! Which options there are.

/// The enum from a table of its names.
macro_rules! options {
    ($($id:ident => $name:literal,)+) => {
        /// An option of a processing URL.
        ///
        /// One variant per option of imgproxy's manual, in its order, and those that imgproxy does
        /// not have, whose names begin with `px_`. Whoever says something of
        /// every option (its grammar, whether it is supported) matches on this, so that a new
        /// option cannot be forgotten.
        ///
        /// ```
        /// use pixgate_options::OptionId;
        ///
        /// assert_eq!(OptionId::MinWidth.name(), "min-width");
        /// assert_eq!(OptionId::from_name("min-width"), Some(OptionId::MinWidth));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum OptionId {
            $(
                #[doc = concat!("`", $name, "`")]
                $id,
            )+
        }

        impl OptionId {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$id),+];

            /// The long name in URLs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$id => $name,)+
                }
            }

            /// The option with this long name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$id),)+
                    _ => None,
                }
            }
        }
    };
}

options! {
    Resize => "resize",
    Size => "size",
    ResizingType => "resizing_type",
    ResizingAlgorithm => "resizing_algorithm",
    Width => "width",
    Height => "height",
    MinWidth => "min-width",
    MinHeight => "min-height",
    Zoom => "zoom",
    Dpr => "dpr",
    Enlarge => "enlarge",
    Extend => "extend",
    ExtendAspectRatio => "extend_aspect_ratio",
    Gravity => "gravity",
    ObjectsPosition => "objects_position",
    Crop => "crop",
    CropAspectRatio => "crop_aspect_ratio",
    CropObjects => "crop_objects",
    Trim => "trim",
    Padding => "padding",
    AutoRotate => "auto_rotate",
    Rotate => "rotate",
    Flip => "flip",
    Background => "background",
    BackgroundAlpha => "background_alpha",
    Adjust => "adjust",
    Brightness => "brightness",
    Contrast => "contrast",
    Saturation => "saturation",
    Monochrome => "monochrome",
    Duotone => "duotone",
    Blur => "blur",
    Sharpen => "sharpen",
    Pixelate => "pixelate",
    UnsharpMasking => "unsharp_masking",
    BlurAreas => "blur_areas",
    ProgressiveBlur => "progressive_blur",
    BlurDetections => "blur_detections",
    DrawDetections => "draw_detections",
    Colorize => "colorize",
    Gradient => "gradient",
    Watermark => "watermark",
    WatermarkUrl => "watermark_url",
    WatermarkText => "watermark_text",
    WatermarkSize => "watermark_size",
    WatermarkRotate => "watermark_rotate",
    WatermarkShadow => "watermark_shadow",
    PxTextBox => "px_text_box",
    PxRound => "px_round",
    PxEllipse => "px_ellipse",
    PxMask => "px_mask",
    PxMaskMode => "px_mask_mode",
    Style => "style",
    Page => "page",
    Pages => "pages",
    DisableAnimation => "disable_animation",
    VideoThumbnailSecond => "video_thumbnail_second",
    VideoThumbnailKeyframes => "video_thumbnail_keyframes",
    VideoThumbnailTile => "video_thumbnail_tile",
    VideoThumbnailAnimation => "video_thumbnail_animation",
    EnforceThumbnail => "enforce_thumbnail",
    FallbackImageUrl => "fallback_image_url",
    SkipProcessing => "skip_processing",
    Raw => "raw",
    Hashsum => "hashsum",
    Format => "format",
    Quality => "quality",
    FormatQuality => "format_quality",
    Autoquality => "autoquality",
    MaxBytes => "max_bytes",
    JpegOptions => "jpeg_options",
    PngOptions => "png_options",
    WebpOptions => "webp_options",
    AvifOptions => "avif_options",
    StripMetadata => "strip_metadata",
    KeepCopyright => "keep_copyright",
    Dpi => "dpi",
    StripColorProfile => "strip_color_profile",
    ColorProfile => "color_profile",
    PreserveHdr => "preserve_hdr",
    Cachebuster => "cachebuster",
    BypassCache => "bypass_cache",
    CacheTags => "cache_tags",
    Expires => "expires",
    Filename => "filename",
    ReturnAttachment => "return_attachment",
    Preset => "preset",
    MaxSrcResolution => "max_src_resolution",
    MaxSrcFileSize => "max_src_file_size",
    MaxAnimationFrames => "max_animation_frames",
    MaxAnimationFrameResolution => "max_animation_frame_resolution",
    MaxResultDimension => "max_result_dimension",
}
